// All sessions: "main", which is always there, and those that somebody made. All of them play the one source.
import type { CaptureSupervisor } from '../capture-supervisor.ts'
import { type StreamingCounters, zeroCounters } from '../streaming/counters.ts'
import type { Listener } from '../streaming/listener.ts'
import type { EncoderShare } from '../streaming/opus/encoder-share.ts'
import { PressureGauge } from '../streaming/pressure.ts'
import type { RoomSettings } from './room-settings.ts'
import { type Membership, type Paused, Session } from './session.ts'
import { newKey, newSessionId, tidyName } from './session-id.ts'

/** One that nobody has visited for so long goes. */
export const UNVISITED_MS = 3600e3
/** How often it is looked for those. */
const LOOK_MS = 60e3
export const MAIN = 'main'

export interface RegistryOptions {
  serverVersion: string
  maxSessions: number
  /** In all of them together. */
  maxListeners: number
  /** In one of them; as many as there may be at all, without. */
  maxSessionListeners?: number
  encoders: EncoderShare
  room: RoomSettings
  /** Of main. */
  controllerKey: string
  /** Monotonic, ms. */
  nowMs?: () => number
}

export interface Entry {
  readonly name: string
  readonly session: Session
  /** Who has it may steer the session. */
  readonly key: string
  /** When somebody was there last, or asked for it. */
  visitedMs: number
}

/** As many sessions as there may be. The message is for a person. */
export class SessionsFullError extends Error {
  constructor(max: number) {
    super(`There are ${max} sessions already. Delete one of them first.`)
    this.name = 'SessionsFullError'
  }
}

export class Sessions {
  readonly counters: StreamingCounters = zeroCounters()
  /** Turned away because there were as many as there may be, and ended because nobody came. */
  readonly #counts = { refused: 0, unvisited: 0 }
  readonly #options: RegistryOptions
  readonly #nowMs: () => number
  readonly #pressure = new PressureGauge()
  readonly #entries = new Map<string, Entry>()
  #timer: NodeJS.Timeout | undefined
  #nextListener = 1

  constructor(options: RegistryOptions) {
    this.#options = options
    this.#nowMs = options.nowMs ?? (() => performance.now())
    this.#add(MAIN, 'Main', options.controllerKey)
  }

  get main(): Session {
    return (this.#entries.get(MAIN) as Entry).session
  }

  get all(): Iterable<Entry> {
    return this.#entries.values()
  }

  get counts(): { open: number; refused: number; unvisited: number } {
    return { open: this.#entries.size, ...this.#counts }
  }

  /** Part of the packets' own time that handing them out takes. */
  get load(): number {
    return this.#pressure.load
  }

  get encoders(): EncoderShare['counters'] {
    return this.#options.encoders.counters
  }

  /** In all sessions. */
  get listeners(): number {
    let count = 0
    for (const { session } of this.all) count += session.listeners
    return count
  }

  get(id: string): Entry | undefined {
    return this.#entries.get(id)
  }

  /** The listener of this number, if it is in any of them. */
  listener(id: number): Listener | undefined {
    for (const { session } of this.all) {
      const found = session.listener(id)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** From now on all play what this source plays. */
  follow(source: CaptureSupervisor): void {
    const { encoders } = this.#options
    const each = (tell: (session: Session) => void) => {
      for (const { session } of this.#entries.values()) tell(session)
    }
    source.on('ready', (info, streamId) => each((session) => session.begin(info, streamId)))
    source.on('packet', (packet, header) => {
      const { info } = this.main.status
      if (this.main.status.anchor === undefined && info !== undefined)
        encoders.begin({ streamId: header.streamId, rateHz: info.rateHz, periodFrames: info.periodFrames })
      each((session) => session.play(packet, header))
      if (info !== undefined) this.#weigh((header.frames * 1000) / info.rateHz)
      encoders.push(packet, header)
    })
    source.on('levels', (levels) => each((session) => session.levels(levels)))
    const pause = (state: Paused, message: string) => {
      each((session) => session.pause(state, message))
      encoders.end()
    }
    source.on('down', (message) => pause('restarting', `${message} Trying again.`))
    source.on('gave-up', (message) => pause('stopped', message))
    source.on('stopped', (message) => pause('stopped', message))
    source.on('starting', (message) => pause('starting', message))
  }

  /** A packet that lasts `lastsMs` has been handed out in all sessions: they share the one thread. */
  #weigh(lastsMs: number): void {
    let busyMs = 0
    for (const { session } of this.#entries.values()) busyMs += session.takeBusyMs()
    this.#pressure.add(busyMs, lastsMs)
  }

  /** Throws SessionsFullError, and counts it. */
  create(name: string): Entry {
    if (this.#entries.size >= this.#options.maxSessions) {
      this.#counts.refused++
      throw new SessionsFullError(this.#options.maxSessions)
    }
    const entry = this.#add(newSessionId(), tidyName(name), newKey())
    const { state, message, info, streamId } = this.main.status
    if (info !== undefined && streamId !== undefined) entry.session.begin(info, streamId)
    if (state !== 'running') entry.session.pause(state, message)
    this.#timer ??= setInterval(() => this.look(), LOOK_MS).unref()
    return entry
  }

  /** Ends a session that is not main; who is still there is told by `gone`. */
  async remove(id: string, gone: (listener: Listener) => void): Promise<void> {
    const entry = this.#entries.get(id)
    if (entry === undefined || id === MAIN) return
    this.#entries.delete(id)
    for (const listener of [...entry.session.present]) {
      gone(listener)
      entry.session.leave(listener)
    }
    await entry.session.stop()
  }

  /** Takes the listener in, unless all places are taken: then it is counted. */
  join(
    { session }: Entry,
    listener: Listener,
    membership?: Membership,
  ): 'joined' | 'server-full' | 'session-full' {
    const { maxListeners, maxSessionListeners = maxListeners } = this.#options
    const isServerFull = this.listeners >= maxListeners
    if (isServerFull || session.listeners >= maxSessionListeners) {
      this.counters.refused++
      return isServerFull ? 'server-full' : 'session-full'
    }
    listener.id = this.#nextListener++
    session.join(listener, membership)
    return 'joined'
  }

  visit(entry: Entry): void {
    entry.visitedMs = this.#nowMs()
  }

  /** Now and then: ends what nobody visits. */
  look(): void {
    const nowMs = this.#nowMs()
    for (const [id, entry] of this.#entries) {
      if (entry.session.listeners > 0) entry.visitedMs = nowMs
      if (id === MAIN || nowMs - entry.visitedMs < UNVISITED_MS) continue
      this.#counts.unvisited++
      void this.remove(id, () => {})
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all([...this.#entries.values()].map(({ session }) => session.stop()))
    await this.#options.encoders.stop()
  }

  #add(id: string, name: string, key: string): Entry {
    const { serverVersion, encoders, room } = this.#options
    const { counters } = this
    const session = new Session({
      id,
      serverVersion,
      counters,
      room,
      encoders: encoders.side(),
      pressure: () => this.#pressure.level,
      nowMs: this.#nowMs,
    })
    const entry = { name, session, key, visitedMs: this.#nowMs() }
    this.#entries.set(id, entry)
    return entry
  }
}
