/** How long after the end of its cause sound was back, for whoever reads the test's output. */
export function tellTimes(what: string, timesMs: readonly number[]): void {
  const sorted = [...timesMs].sort((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN)
  const spread = sorted.length > 2 ? `, half of ${sorted.length} within ${at(0.5)} ms` : ''
  console.log(`sound is back ${at(1)} ms after ${what}${spread}`)
}
