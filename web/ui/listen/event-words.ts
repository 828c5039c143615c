import type { RungName } from '../../../src/shared/rungs.ts'
import type { Gaps } from './gap-watch.ts'
import { RUNG_WORDS } from './rung-words.ts'

/** Shorter gaps are filled in so that they are hardly heard: concealment holds for 20 ms and is silent at 40. */
export const FILLED_MS = 40

export function gapWords({ count, ms, mostMs }: Gaps): string {
  if (mostMs < FILLED_MS)
    return count === 1
      ? `A gap of ${Math.max(1, Math.round(ms))} ms was filled in.`
      : `${count} short gaps were filled in, ${Math.round(ms)} ms in all.`
  return count === 1
    ? `The sound stopped for ${seconds(ms)}.`
    : `The sound stopped ${count} times, for ${seconds(ms)} in all.`
}

/** `kbps`: what the link delivers, if that is known and the reason. */
export function rungWords(rung: RungName, better: boolean, pinned: boolean, kbps: number | null): string {
  const now = `Quality is now ${RUNG_WORDS[rung]}`
  if (pinned) return `${now}, as chosen.`
  if (better) return `${now}: the link carries it again.`
  return kbps ? `${now}: the link carries ${Math.round(kbps)} kbit/s.` : `${now}: the link carries no more.`
}

/** Tenths below ten seconds, then whole seconds, then minutes. */
export function seconds(ms: number): string {
  if (ms < 9950) return `${Math.max(0.1, ms / 1000).toFixed(1)} s`
  if (ms < 90_000) return `${Math.round(ms / 1000)} s`
  return `${Math.round(ms / 60_000)} min`
}
