/** Mean of what is left when the share `cut` at either end of the ordered values is left out; NaN of nothing. Pure. */
export function trimmedMean(values: readonly number[], cut: number): number {
  const out = Math.floor(values.length * cut)
  const kept = values.toSorted((a, b) => a - b).slice(out, values.length - out)
  return kept.reduce((sum, value) => sum + value, 0) / kept.length
}
