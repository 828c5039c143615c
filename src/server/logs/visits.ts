import { CLOSE } from '../../shared/wire/control.ts'
import type { Role } from '../../shared/wire/room-messages.ts'
import type { Mode } from '../../shared/wire/room-names.ts'
import type { Ending, Listener } from '../streaming/listener.ts'

/**
 * Why a listener left. left: it went. lost: its connection broke. silent: nothing was heard from it. stalled: it did not read what
 * it was told. protocol: it sent what it may not. shown-out: its invite has ended. restarting: the server closes. ended: its session
 * has been. other: none of these.
 */
export const LEAVE_REASONS = [
  'left',
  'lost',
  'silent',
  'stalled',
  'protocol',
  'shown-out',
  'restarting',
  'ended',
  'other',
] as const
export type LeaveReason = (typeof LEAVE_REASONS)[number]

const BY_CODE: Readonly<Record<number, LeaveReason>> = {
  1000: 'left',
  1001: 'left',
  1005: 'left',
  1006: 'lost',
  1002: 'protocol',
  1007: 'protocol',
  1009: 'protocol',
  [CLOSE.restarting]: 'restarting',
  [CLOSE.protocol]: 'protocol',
  [CLOSE.tooMany]: 'protocol',
  [CLOSE.forbidden]: 'shown-out',
  [CLOSE.gone]: 'ended',
  [CLOSE.silent]: 'silent',
}
/** What the listener did not want, and mends by coming back. */
const WARNED: readonly LeaveReason[] = ['lost', 'silent', 'stalled', 'protocol']

/** As whom a listener came. */
export interface Arrival {
  session: string
  mode: Mode
  role: Role
  address: string
}

export interface VisitLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

/** One line for each listener that comes, and one when it leaves. Times are monotonic, ms. */
export class Visits {
  joined = 0
  readonly left = Object.fromEntries(LEAVE_REASONS.map((reason) => [reason, 0])) as Record<
    LeaveReason,
    number
  >
  readonly #log: VisitLog
  #closing = false
  /** As many as there are listeners. */
  readonly #present = new Map<Listener, Arrival>()

  constructor(log: VisitLog) {
    this.#log = log
  }

  /** It has been taken in. */
  came(listener: Listener, arrival: Arrival): void {
    const { session, mode, role, address } = arrival
    const { id, rung, wish } = listener
    this.joined++
    this.#present.set(listener, arrival)
    this.#log.info({ listener: id, session, mode, role, rung, wish, address }, 'a listener came')
  }

  /** The server closes: who leaves from now on was sent away, whether or not it still answers. */
  close(): void {
    this.#closing = true
  }

  /** Its connection has been closed with this code. Who had not been taken in is not heard of. */
  gone(listener: Listener, code: number, nowMs: number): void {
    const arrival = this.#present.get(listener)
    if (arrival === undefined || !this.#present.delete(listener)) return
    const reason = this.#closing ? 'restarting' : reasonOf(listener.ending ?? code)
    const { id, connectedAtMs, rung, sent, skipped, switches } = listener
    this.left[reason]++
    const fields = {
      listener: id,
      session: arrival.session,
      reason,
      code,
      seconds: Math.round((nowMs - connectedAtMs) / 100) / 10,
      rung,
      packets: sent.packets,
      bytes: sent.bytes,
      skipped: skipped.inFlight + skipped.backlog,
      switches,
    }
    if (WARNED.includes(reason)) this.#log.warn(fields, 'a listener was lost')
    else this.#log.info(fields, 'a listener left')
  }
}

function reasonOf(ending: Ending): LeaveReason {
  return ending === 'stalled' ? 'stalled' : (BY_CODE[ending] ?? 'other')
}
