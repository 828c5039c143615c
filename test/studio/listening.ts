// Small questions to a recording.

/** Delay of `copy` behind `reference` in frames, from the chirp both begin with: the peak of their correlation. */
export function delayFrames(reference: Float32Array, copy: Float32Array, rateHz = 44_100): number {
  const from = onset(reference)
  const length = Math.round(0.03 * rateHz)
  let best = 0
  let bestScore = 0
  for (let lag = 0; lag < rateHz; lag++) {
    let score = 0
    for (let i = 0; i < length; i++) score += (reference[from + i] ?? 0) * (copy[from + i + lag] ?? 0)
    if (score > bestScore) {
      bestScore = score
      best = lag
    }
  }
  if (bestScore === 0) throw new Error('the copy is silent where the chirp should be')
  return best
}

/** First frame that is louder than −40 dBFS. */
export function onset(x: Float32Array): number {
  const at = x.findIndex((value) => Math.abs(value) > 0.01)
  if (at < 0) throw new Error('the recording is silent')
  return at
}

/** Longest run below −50 dBFS between the first and the last sound, ms. */
export function longestSilenceMs(x: Float32Array, rateHz: number): number {
  let longest = 0
  let last = onset(x)
  for (let i = last; i < x.length; i++) {
    if (Math.abs(x[i] as number) < 0.003) continue
    longest = Math.max(longest, i - last)
    last = i
  }
  return (longest / rateHz) * 1000
}

/** Runs of at least `leastMs` below −50 dBFS that sound follows, in frames. */
export function silences(x: Float32Array, leastMs: number, rateHz: number): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = []
  let from = 0
  for (let i = 0; i < x.length; i++) {
    if (Math.abs(x[i] as number) < 0.003) continue
    if (i - from >= (leastMs * rateHz) / 1000) found.push({ from, to: i })
    from = i + 1
  }
  return found
}
