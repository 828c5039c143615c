import type { Mode } from '../../src/shared/wire/room-names.ts'
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
  /** As choosing a mode on the page. Before or while listening. */
  setMode(mode: Mode): void
  /** This output is heard so much later than is known of it, ms; remembered for the device. */
  setTrim(trimMs: number): void
  /** A click at every whole second of the server, while listening. */
  testClick(on: boolean): void
  /** For controllers: play, pause, seek or live, at a server time `atUs`, in `inMs`, or in 3 s. */
  transport: Player['transport']
  /** For controllers: the settings of the room. */
  setRoom: Player['setRoom']
  /** Until the change that is scheduled is heard, ms, by this page's synced clock; null: there is none. */
  countdown(): number | null
  /** Sends a short quiet noise through the whole path, for everybody, and times every hop. Rejects while nothing plays. */
  measure: Player['measure']
  /** As pressing Stop. */
  stop(): void
}

declare global {
  interface Window {
    backline: BacklineApi
  }
}

export function exposeApi(player: Player): void {
  window.backline = {
    stats: player.stats,
    listen: player.listen,
    setRung: player.setRung,
    setMode: player.setMode,
    setTrim: player.setTrim,
    testClick: player.testClick,
    transport: player.transport,
    setRoom: player.setRoom,
    countdown: player.countdown,
    measure: player.measure,
    stop: player.stop,
  }
}
