/** Missing audio, as it was heard. */
export interface Gaps {
  count: number
  ms: number
  /** The longest of them. */
  mostMs: number
}

/** A gap is over when nothing was concealed for so long. */
const OVER_MS = 500

interface Open {
  fromEpisodes: number
  fromMs: number
  grewAtMs: number
  /** Of the gap that was heard last, so far, and of the longest. */
  lastMs: number
  mostMs: number
}

/** What the counters of a playout say of its gaps. Pure: time comes in. Immutable. */
export interface GapWatch {
  episodes: number
  concealedMs: number
  /** Of the gap that is not over yet. */
  open: Open | undefined
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
  const open = grew ? grown(watch, now, nowMs) : watch.open
  if (!open || nowMs - open.grewAtMs < OVER_MS) return { watch: { ...now, open } }
  const ms = concealedMs - open.fromMs
  const count = Math.max(1, episodes - open.fromEpisodes)
  return { watch: { ...now, open: undefined }, gaps: { count, ms, mostMs: open.mostMs } }
}

function grown(watch: GapWatch, now: { episodes: number; concealedMs: number }, nowMs: number): Open {
  const {
    fromEpisodes = watch.episodes,
    fromMs = watch.concealedMs,
    lastMs = 0,
    mostMs = 0,
  } = watch.open ?? {}
  const begun = now.episodes - watch.episodes
  const grewMs = now.concealedMs - watch.concealedMs
  // Of several that came between two looks only the mean is known.
  const isLastMs = begun > 0 ? grewMs / begun : lastMs + grewMs
  return { fromEpisodes, fromMs, grewAtMs: nowMs, lastMs: isLastMs, mostMs: Math.max(mostMs, isLastMs) }
}

export function addGaps(a: Gaps, b: Gaps): Gaps {
  return { count: a.count + b.count, ms: a.ms + b.ms, mostMs: Math.max(a.mostMs, b.mostMs) }
}
