import { uptime } from 'node:os'
import { serverUs } from '../server-clock.ts'
import { NtpPoller, type PollTiming } from './ntp-poller.ts'
import type { NtpServer } from './ntp-server.ts'
import { ReferenceClock } from './reference-clock.ts'
import type { ServerReport } from './server-record.ts'
import { SystemLine } from './system-line.ts'

export interface ReferenceNow {
  unixMs: number
  /** The truth is within ± this; null where nobody knows, as with the system's clock. */
  errorMs: number | null
  source: 'ntp' | 'system'
  /** The NTP server it is from. */
  server?: string
  /** Reference less system clock, ms. */
  offsetMs: number
}

export interface ReferenceReport extends Omit<ReferenceNow, 'unixMs'> {
  /** Unix ms, null before the first. */
  lastSyncMs: number | null
  /** Polls in which the servers contradicted each other and no majority was to be had. */
  noMajority: number
  servers: ServerReport[]
}

export interface ReferenceOptions {
  /** None: the system's clock is the reference. */
  servers: readonly NtpServer[]
  /** Called after each poll, and once a second after the first. */
  onLook?: () => void
  timing?: Partial<PollTiming>
  holdMs?: number
  /** The system's clock, Unix ms. */
  systemMs?: () => number
  /** Seconds since the computer was started, its sleep included. */
  uptimeSeconds?: () => number
}

/** How often it is looked whether somebody set the system's clock, or the computer slept. */
const WATCH_MS = 1000
const STEP_MS = 500
/** Some systems tell how long they are up in whole seconds: read once a second, it grows by two of them at times. */
const WHOLE_MS = 1000

/**
 * The wall clock: the server clock (`process.hrtime`, which nobody can set, and which is never touched) and its distance
 * from Unix time, by NTP where servers are named and answer, else by the system's clock.
 */
export class ReferenceTime {
  readonly #clock: ReferenceClock
  readonly #poller: NtpPoller
  readonly #system = new SystemLine()
  readonly #systemMs: () => number
  readonly #uptimeSeconds: () => number
  readonly #onLook: () => void
  #polled = false
  #watch: NodeJS.Timeout | undefined
  #watchedLineMs = 0
  #watchedSleepMs = 0

  constructor({ servers, onLook, timing, holdMs, systemMs, uptimeSeconds }: ReferenceOptions) {
    this.#clock = new ReferenceClock(holdMs)
    this.#onLook = onLook ?? (() => undefined)
    this.#systemMs = systemMs ?? Date.now
    this.#uptimeSeconds = uptimeSeconds ?? uptime
    this.#poller = new NtpPoller({
      servers,
      clock: this.#clock,
      systemLineMs: () => this.#systemLineMs(),
      onPoll: () => {
        this.#polled = true
        this.#onLook()
      },
      ...(timing === undefined ? {} : { timing }),
    })
  }

  /** Begins to ask, if there is anybody to ask. */
  start(): void {
    if (this.#poller.records.length === 0) return
    this.#watchedLineMs = this.#systemLineMs()
    this.#watchedSleepMs = sleepMsOf(this.#uptimeSeconds())
    this.#watch = setInterval(() => this.look(), WATCH_MS)
    this.#poller.start()
  }

  async stop(): Promise<void> {
    clearInterval(this.#watch)
    await this.#poller.stop()
  }

  now(): ReferenceNow {
    return this.#at(serverUs())
  }

  /** Server clock, µs, at which the reference shows this. */
  toServerUs(unixMs: number): number {
    return (unixMs - this.#lineMs(serverUs())) * 1e3
  }

  /** What the reference shows when the server clock, µs, shows this. */
  toUnixMs(atUs: number): number {
    return this.#lineMs(serverUs()) + atUs / 1e3
  }

  report(): ReferenceReport {
    const nowUs = serverUs()
    const { unixMs: _unixMs, ...rest } = this.#at(nowUs)
    const { syncedUs } = this.#clock
    const systemLineMs = this.#systemLineMs()
    return {
      ...rest,
      lastSyncMs: syncedUs === undefined ? null : this.#lineMs(nowUs) + syncedUs / 1e3,
      noMajority: this.#poller.noMajority,
      servers: this.#poller.records.map((record) => record.report(nowUs, systemLineMs)),
    }
  }

  /** Once a second: has the computer slept, or somebody set its clock? Then the servers are asked at once. */
  look(): void {
    const lineMs = this.#systemLineMs()
    const uptimeSeconds = this.#uptimeSeconds()
    const sleepMs = sleepMsOf(uptimeSeconds)
    // While it sleeps the server clock stands still, and what was measured against it is wrong by so much.
    const slept = sleepMs - this.#watchedSleepMs > STEP_MS + (Number.isInteger(uptimeSeconds) ? WHOLE_MS : 0)
    if (slept) this.#clock.forget()
    if (slept || Math.abs(lineMs - this.#watchedLineMs) > STEP_MS) this.#poller.pollNow()
    this.#watchedLineMs = lineMs
    this.#watchedSleepMs = sleepMs
    if (this.#polled) this.#onLook()
  }

  #at(nowUs: number): ReferenceNow {
    const systemLineMs = this.#systemLineMs()
    const belief = this.#clock.at(nowUs)
    if (belief === undefined)
      return { unixMs: systemLineMs + nowUs / 1e3, errorMs: null, source: 'system', offsetMs: 0 }
    const { lineMs, errorMs, server } = belief
    return {
      unixMs: lineMs + nowUs / 1e3,
      errorMs,
      source: 'ntp',
      server,
      offsetMs: lineMs - systemLineMs,
    }
  }

  #lineMs(nowUs: number): number {
    return this.#clock.at(nowUs)?.lineMs ?? this.#systemLineMs()
  }

  #systemLineMs(): number {
    const beforeUs = serverUs()
    const readMs = this.#systemMs()
    return this.#system.take(beforeUs, readMs, serverUs())
  }
}

/** How long the server clock has stood still since the computer was started, plus a constant. */
function sleepMsOf(uptimeSeconds: number): number {
  return uptimeSeconds * 1e3 - serverUs() / 1e3
}
