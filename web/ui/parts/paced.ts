export interface PacedOptions<T> {
  /** What was taken stays for so long, ms. */
  everyMs: number
  /** News that does not wait. */
  isUrgent: (before: T, next: T) => boolean
  nowMs?: () => number
}

/**
 * A selector for `useSnapshot` whose value changes at most every `everyMs`: figures that move ten times a second can not be
 * read, and each rendering costs the processor that plays. Keep one per part. The same snapshot gives the same value.
 */
export function paced<S, T>(select: (snapshot: S) => T, options: PacedOptions<T>): (snapshot: S) => T {
  const { everyMs, isUrgent, nowMs = () => performance.now() } = options
  let taken: { from: S; value: T; atMs: number } | undefined
  return (snapshot) => {
    if (taken?.from === snapshot) return taken.value
    const atMs = nowMs()
    const value = select(snapshot)
    // Between two takings the snapshot is not noted: the next look may take it.
    if (taken && atMs - taken.atMs < everyMs && !isUrgent(taken.value, value)) return taken.value
    taken = { from: snapshot, value, atMs }
    return value
  }
}
