/** Missing audio, as it was heard. */
export interface Gaps {
  count: number
  ms: number
  /** The longest of them. */
  mostMs: number
}

/** A gap is over when nothing was concealed for so long. */
const OVER_MS = 500

/** What the counters of a playout say of its gaps. Pure: time comes in. Immutable. */
export interface GapWatch {
  episodes: number
  concealedMs: number
  /** Of the gap that is not over yet. */
  open: { fromEpisodes: number; fromMs: number; grewAtMs: number } | undefined
}

export interface GapLook {
  episodes: number
  concealedMs: number
  playing: boolean
}

/** Looks again; `gaps` when some have ended. A counter that went back belongs to another listening. */
export function watchGaps(
  watch: GapWatch | undefined,
  look: GapLook,
  nowMs: number,
): { watch: GapWatch | undefined; gaps?: Gaps } {
  const { episodes, concealedMs } = look
  const now = { episodes, concealedMs }
  if (!watch || episodes < watch.episodes || concealedMs < watch.concealedMs)
    return { watch: look.playing ? { ...now, open: undefined } : undefined }
  const grew = episodes > watch.episodes || concealedMs > watch.concealedMs
  const open = grew
    ? {
        fromEpisodes: watch.open?.fromEpisodes ?? watch.episodes,
        fromMs: watch.open?.fromMs ?? watch.concealedMs,
        grewAtMs: nowMs,
      }
    : watch.open
  if (!open || nowMs - open.grewAtMs < OVER_MS) return { watch: { ...now, open } }
  const ms = concealedMs - open.fromMs
  const count = Math.max(1, episodes - open.fromEpisodes)
  return { watch: { ...now, open: undefined }, gaps: { count, ms, mostMs: ms / count } }
}

export function addGaps(a: Gaps, b: Gaps): Gaps {
  return { count: a.count + b.count, ms: a.ms + b.ms, mostMs: Math.max(a.mostMs, b.mostMs) }
}
