import { serverUs } from '../server-clock.ts'
import { majority } from './majority.ts'
import { type Ask, askNtp } from './ntp-client.ts'
import { NtpError } from './ntp-error.ts'
import { type NtpServer, nameOf } from './ntp-server.ts'
import { JUMP_POLLS, type ReferenceClock } from './reference-clock.ts'
import type { Sample } from './sample.ts'
import { type BackOff, ServerRecord } from './server-record.ts'

export interface PollTiming {
  timeoutMs: number
  /** Between polls in the first minute, and later. */
  firstMs: number
  laterMs: number
  /** Between polls while a jump is doubted. */
  doubtMs: number
  /** How long the first minute is. */
  settlingMs: number
  backOff: BackOff
}

export const POLL_TIMING: PollTiming = {
  timeoutMs: 1000,
  firstMs: 16_000,
  laterMs: 64_000,
  doubtMs: 2000,
  settlingMs: 60_000,
  backOff: { firstMs: 2000, longestMs: 600_000 },
}

/** From so many servers on the majority decides. */
export const VOTERS = 3

export interface PollerOptions {
  servers: readonly NtpServer[]
  clock: ReferenceClock
  /** The line of the system's clock at this moment. */
  systemLineMs: () => number
  /** Called after each poll. */
  onPoll: () => void
  timing?: Partial<PollTiming>
  ask?: Ask
}

type Outcome = 'believed' | 'doubted' | 'nothing'

/** Asks the servers from `start` to `stop`, and gives the clock what it may believe. One poll at a time. */
export class NtpPoller {
  readonly records: readonly ServerRecord[]
  readonly #servers: ReadonlyMap<ServerRecord, NtpServer>
  readonly #options: PollerOptions
  readonly #timing: PollTiming
  readonly #stopped = new AbortController()
  #startedUs = 0
  #timer: NodeJS.Timeout | undefined
  #polling: Promise<void> | undefined
  #again = false
  /** Polls in a row that gave something nobody believes yet. */
  #doubts = 0
  /** Polls in which there were answers and no majority. */
  noMajority = 0

  constructor(options: PollerOptions) {
    this.#options = options
    this.#timing = { ...POLL_TIMING, ...options.timing }
    this.#servers = new Map(
      options.servers.map((server) => [new ServerRecord(nameOf(server), this.#timing.backOff), server]),
    )
    this.records = [...this.#servers.keys()]
  }

  start(): void {
    this.#startedUs = serverUs()
    this.#pollIn(0)
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    clearTimeout(this.#timer)
    await this.#polling
  }

  /** Asks everybody at once, also who should be left in peace for a while: the time itself is in doubt. */
  pollNow(): void {
    for (const record of this.records) if (record.fault !== 'kiss-of-death') record.dueUs = serverUs()
    if (this.#polling === undefined) this.#pollIn(0)
    else this.#again = true
  }

  #pollIn(delayMs: number): void {
    clearTimeout(this.#timer)
    if (this.#stopped.signal.aborted) return
    this.#timer = setTimeout(() => {
      this.#polling = this.#poll().then((outcome) => {
        this.#polling = undefined
        if (this.#stopped.signal.aborted) return
        this.#options.onPoll()
        this.#pollIn(this.#nextMs(outcome))
      })
    }, delayMs)
  }

  #nextMs(outcome: Outcome): number {
    const { doubtMs, firstMs, laterMs, settlingMs, backOff } = this.#timing
    const nowUs = serverUs()
    if (this.#again) return 0
    // Not for ever: servers that never agree with themselves are not to be bothered for it.
    this.#doubts = outcome === 'doubted' ? this.#doubts + 1 : 0
    if (outcome === 'doubted' && this.#doubts <= JUMP_POLLS) return doubtMs
    const regularMs = nowUs - this.#startedUs < settlingMs * 1e3 ? firstMs : laterMs
    if (outcome !== 'nothing') return regularMs
    // Nobody told the time: whoever may be asked next is.
    const dueMs = (Math.min(...this.records.map(({ dueUs }) => dueUs)) - nowUs) / 1e3
    return Number.isFinite(dueMs) ? Math.max(dueMs, Math.min(backOff.firstMs, 100)) : regularMs
  }

  async #poll(): Promise<Outcome> {
    this.#again = false
    const nowUs = serverUs()
    const due = this.records.filter(({ dueUs }) => dueUs <= nowUs)
    return this.records.length < VOTERS ? this.#inTurn(due) : this.#byMajority(due)
  }

  async #inTurn(due: readonly ServerRecord[]): Promise<Outcome> {
    for (const record of due) {
      const sample = await this.#question(record)
      if (sample !== undefined) return this.#options.clock.take(sample, this.#options.systemLineMs())
    }
    return 'nothing'
  }

  async #byMajority(due: readonly ServerRecord[]): Promise<Outcome> {
    const answers = (await Promise.all(due.map((record) => this.#question(record)))).filter(
      (sample) => sample !== undefined,
    )
    if (answers.length === 0) return 'nothing'
    const { clock, systemLineMs } = this.#options
    // Where they are too few to agree, what is believed already has a voice.
    const belief = clock.at(serverUs())
    const vote = majority(answers) ?? (belief === undefined ? undefined : majority([...answers, belief]))
    const agreed = answers.filter((sample) => vote?.agreed.includes(sample))
    if (agreed.length === 0) {
      this.noMajority++
      return 'nothing'
    }
    for (const record of this.records)
      if (vote?.outvoted.some(({ server }) => server === record.name)) record.outvoted()
    const best = agreed.reduce((a, b) => (b.errorMs < a.errorMs ? b : a))
    return clock.take(best, systemLineMs(), agreed.length * 2 > this.records.length)
  }

  async #question(record: ServerRecord): Promise<Sample | undefined> {
    const { ask = askNtp } = this.#options
    const server = this.#servers.get(record)
    if (server === undefined || this.#stopped.signal.aborted) return undefined
    try {
      const sample = await ask(server, this.#timing.timeoutMs, this.#stopped.signal)
      record.answered(sample)
      return sample
    } catch (error) {
      if (!(error instanceof NtpError)) throw error
      if (!this.#stopped.signal.aborted) record.failed(error, serverUs())
      return undefined
    }
  }
}
