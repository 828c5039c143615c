import { ClockSync } from '../../src/shared/clock/clock-sync.ts'
import type { StreamTiming } from '../../src/shared/playout/stream-timing.ts'
import type { ClientMessage, TimeSyncReply } from '../../src/shared/wire/control.ts'
import type { Connection } from './connection.ts'
import { Prober } from './prober.ts'

/**
 * The server's clock, asked for over the socket and told to the timing; each answer also says that the socket lives.
 * Thread: worker; time comes in.
 */
export class ServerTime {
  readonly #connection: Pick<Connection, 'connected' | 'send' | 'heardAnswer'>
  readonly #timing: Pick<StreamTiming, 'setClock'>
  readonly #clock = new ClockSync()
  readonly #prober = new Prober()
  /** Local and server time may have parted: the next answer begins the clock anew. */
  #inDoubt = false
  #networkMs = 0

  constructor(
    connection: Pick<Connection, 'connected' | 'send' | 'heardAnswer'>,
    timing: Pick<StreamTiming, 'setClock'>,
  ) {
    this.#connection = connection
    this.#timing = timing
  }

  /** Round trip, 0 while it is not known. */
  get rttMs(): number {
    return 2 * this.#networkMs
  }

  /** A connection begins: it may be another server process, with another clock. */
  connected(): void {
    this.#inDoubt = false
    this.#networkMs = 0
    this.#clock.reset()
    this.#timing.setClock(undefined)
  }

  /** The machine may have slept. */
  doubt(): void {
    this.#inDoubt = true
  }

  /** Asks at once: the answer says that the socket lives, and what the clocks are now. */
  ask(nowMs: number): void {
    this.#prober.start(nowMs)
    this.tick(nowMs)
  }

  /** Asks if it is time to. */
  tick(nowMs: number): void {
    if (!this.#connection.connected) return
    const sample = this.#prober.next(nowMs)
    if (!sample) return
    const message: ClientMessage = { type: 'time_sync_batch', samples: [sample] }
    this.#connection.send(JSON.stringify(message))
  }

  /** True when it answers what was asked last. */
  heard(reply: TimeSyncReply, nowMs: number): boolean {
    const sample = this.#prober.heard(reply, nowMs)
    if (sample) {
      this.#connection.heardAnswer(sample.t1Ms)
      if (this.#inDoubt) this.#clock.reset()
      this.#inDoubt = false
      if (this.#clock.add(sample)) {
        const estimate = this.#clock.estimate(nowMs)
        this.#networkMs = estimate?.networkMs ?? 0
        this.#timing.setClock(estimate)
      }
      // A step is believed the second time it is seen: that need not wait for the next burst.
      if (this.#clock.inDoubt && this.#prober.idle) this.#prober.start(nowMs)
    }
    this.tick(nowMs)
    return sample !== undefined
  }
}
