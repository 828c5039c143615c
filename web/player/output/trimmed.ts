/** What is left when the share `cut` at either end of the ordered values is left out: its mean and width; NaN of nothing. Pure. */
export function trimmed(values: readonly number[], cut: number): { mean: number; spread: number } {
  const out = Math.floor(values.length * cut)
  const kept = values.toSorted((a, b) => a - b).slice(out, values.length - out)
  return {
    mean: kept.reduce((sum, value) => sum + value, 0) / kept.length,
    spread: (kept.at(-1) ?? Number.NaN) - (kept[0] ?? Number.NaN),
  }
}
