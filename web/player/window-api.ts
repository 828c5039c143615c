import type { RungWish } from '../network/messages.ts'
import type { ListenOptions, Player } from './player.ts'
import type { Stats } from './stats.ts'

/** For scripts, tests and the curious: what the page does, without its buttons. */
export interface BacklineApi {
  /** A snapshot of every figure, at any time. */
  stats(): Stats
  /** As pressing Listen. Without a click or a key before it, the browser holds the sound back. */
  listen(options?: ListenOptions): void
  /** As choosing a quality on the page: 'auto', or a rung of the ladder (RUNG_NAMES of src/shared/rungs.ts). Before or while listening. */
  setRung(rung: RungWish): void
  /** As pressing Stop. */
  stop(): void
}

declare global {
  interface Window {
    backline: BacklineApi
  }
}

export function exposeApi({ stats, listen, setRung, stop }: Player): void {
  window.backline = { stats, listen, setRung, stop }
}
