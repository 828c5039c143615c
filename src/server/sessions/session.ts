// One session: what its listeners hear of the source, and what they are told.
import { MIX_CHANNELS } from '../../shared/audio-format.ts'
import type { SourceInfo } from '../../shared/capture-messages.ts'
import { type AudioConfig, PROTOCOL_VERSION, type SourceState } from '../../shared/wire/control.ts'
import type { PacketHeader } from '../../shared/wire/packet.ts'
import type { Role } from '../../shared/wire/room-messages.ts'
import type { Mode } from '../../shared/wire/room-names.ts'
import type { Levels } from '../capture-supervisor.ts'
import { serverUs } from '../server-clock.ts'
import type { StreamingCounters } from '../streaming/counters.ts'
import type { Encoders } from '../streaming/encoders.ts'
import { Ladder } from '../streaming/ladder.ts'
import type { Listener } from '../streaming/listener.ts'
import type { Pressure } from '../streaming/pressure.ts'
import type { RungStream } from '../streaming/rung-stream.ts'
import { ROOM_TICK_MS, Room } from './room.ts'
import type { RoomSettings } from './room-settings.ts'
import type { Memory } from './source-line.ts'
import { initialStatus, type SourceStatus } from './source-status.ts'
import { TEND_MS, Tending } from './tending.ts'

export interface SessionOptions {
  /** In addresses. */
  id: string
  serverVersion: string
  counters: StreamingCounters
  encoders: Encoders
  room: RoomSettings
  /** How much handing out takes of the server's time, in all sessions; calm, without. */
  pressure?: () => Pressure
  /** Monotonic, ms. */
  nowMs?: () => number
  /** Server clock, µs. */
  nowUs?: () => number
}

/** As what a listener comes. */
export interface Membership {
  role: Role
  mode: Mode
  /** It comes back: what it has of this stream ends at this room position. */
  resume?: { streamId: number; from: number }
}

/** Nothing plays. */
export type Paused = Exclude<SourceState['state'], 'running'>

export const PLAIN_LISTENER: Membership = { role: 'listener', mode: 'live' }

export class Session {
  readonly room: Room
  readonly #options: SessionOptions
  readonly #nowMs: () => number
  readonly #ladder: Ladder
  readonly #tending: Tending
  readonly #listeners = new Set<Listener>()
  readonly #status: SourceStatus
  readonly #anchor = { position: 0, captureUs: 0 }
  #timer: NodeJS.Timeout | undefined
  #roomTimer: NodeJS.Timeout | undefined
  /** Of the ladder, when it was taken. */
  #busyMs = 0

  constructor(options: SessionOptions) {
    this.#options = options
    this.#nowMs = options.nowMs ?? (() => performance.now())
    this.#status = initialStatus(this.#nowMs())
    this.#ladder = new Ladder({
      encoders: options.encoders,
      nowMs: this.#nowMs,
      configure: (listener) => this.#configure(listener),
    })
    this.#tending = new Tending({
      ladder: this.#ladder,
      listeners: this.#listeners,
      counters: options.counters,
      pressure: options.pressure ?? (() => 'calm'),
    })
    this.room = new Room({
      session: options.id,
      settings: options.room,
      nowUs: options.nowUs ?? serverUs,
      memory: (listeners) => this.#memory(listeners),
      rttMs: ({ flow }) => flow.baselineMs + flow.steadyMs(this.#nowMs()),
      moved: (listener) => this.#ladder.restart(listener),
      busy: (busy) => this.#watchRoom(busy),
    })
  }

  get id(): string {
    return this.#options.id
  }

  get status(): Readonly<SourceStatus> {
    return this.#status
  }

  get listeners(): number {
    return this.#listeners.size
  }

  /** Time that handing out packets has taken since this was asked last, ms. */
  takeBusyMs(): number {
    const { busyMs } = this.#ladder
    const sinceMs = busyMs - this.#busyMs
    this.#busyMs = busyMs
    return sinceMs
  }

  /** Of all sessions. */
  get counters(): StreamingCounters {
    return this.#options.counters
  }

  /** Everybody who listens. */
  get present(): ReadonlySet<Listener> {
    return this.#listeners
  }

  /** Rungs that are open. */
  get rungs(): readonly RungStream[] {
    return this.#ladder.open
  }

  /** Greets and takes in the listener, who has a number. */
  join(listener: Listener, { role, mode, resume }: Membership = PLAIN_LISTENER): void {
    this.#listeners.add(listener)
    this.room.join(listener, role, mode)
    this.#ladder.add(listener)
    this.#configure(listener)
    listener.sendControl(this.#sourceState())
    this.room.greet(listener)
    const isSameStream = resume !== undefined && resume.streamId === this.#status.streamId
    this.#ladder.start(listener, isSameStream ? resume.from : undefined)
    this.#timer ??= setInterval(() => this.#tick(), TEND_MS)
  }

  leave(listener: Listener): void {
    if (!this.#listeners.delete(listener)) return
    listener.settle()
    this.#ladder.remove(listener)
    this.room.leave(listener)
    this.#tending.forget(listener)
  }

  /** The listener of this number, if it is here. */
  listener(id: number): Listener | undefined {
    for (const listener of this.#listeners) if (listener.id === id) return listener
    return undefined
  }

  /** It is over: no more timers, no more encoders. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    clearInterval(this.#roomTimer)
    this.#timer = undefined
    this.#roomTimer = undefined
    await this.#options.encoders.stop()
  }

  /** A source is ready; its stream begins with its first packet. */
  begin(info: SourceInfo, streamId: number): void {
    Object.assign(this.#status, { info, streamId, levels: undefined, anchor: undefined })
  }

  /** A packet of the source. */
  play(packet: Buffer, header: Readonly<PacketHeader>): void {
    const isFirst = this.#status.anchor === undefined
    this.#anchor.position = header.position
    this.#anchor.captureUs = header.captureUs
    if (isFirst) this.#beginStream(header.codec)
    this.room.note(header.position, header.captureUs)
    this.#ladder.publish(packet, header)
  }

  /** The first packet carries the anchor, so `audio_config` waits for it, and goes out just before it. */
  #beginStream(codec: number): void {
    const { info, streamId } = this.#status
    if (info === undefined || streamId === undefined) throw new Error('a packet before its stream')
    Object.assign(this.#status, {
      anchor: this.#anchor,
      state: 'running',
      message: '',
      quietSinceMs: undefined,
    })
    const { rateHz, periodFrames } = info
    this.room.begin(streamId, rateHz, periodFrames)
    this.#ladder.begin({ streamId, rateHz, periodFrames }, codec)
    this.#ladder.settle(this.#listeners)
    for (const listener of this.#listeners) {
      this.#configure(listener)
      listener.sendControl(this.#sourceState())
    }
  }

  levels(levels: Levels): void {
    this.#status.levels = levels
  }

  /** The source has gone, or does not come back; the message is a sentence for a person. */
  pause(state: Paused, message: string): void {
    const changed = this.#status.state !== state || this.#status.message !== message
    this.#status.quietSinceMs ??= this.#nowMs()
    Object.assign(this.#status, { state, message, levels: undefined, anchor: undefined })
    this.#ladder.end()
    this.room.end()
    if (changed) for (const listener of this.#listeners) listener.sendControl(this.#sourceState())
  }

  /** Goes on until the rungs of the last listener have been closed, too. */
  #tick(): void {
    this.#tending.tick(this.#nowMs())
    if (this.#roomTimer === undefined) this.room.tick()
    if (this.#listeners.size > 0 || this.#ladder.open.length > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** Half of them can be sent what is newer: one whose rung has just been opened takes nothing from the others. */
  #memory(listeners: Iterable<Listener>): Memory {
    const oldest: number[] = []
    const reaches: number[] = []
    for (const one of listeners) {
      const position = this.#ladder.oldest([one])
      if (Number.isNaN(position)) continue
      oldest.push(position)
      reaches.push(this.#ladder.reachFrames(one))
    }
    oldest.sort((a, b) => a - b)
    reaches.sort((a, b) => b - a)
    const half = (oldest.length - 1) >> 1
    return { oldest: oldest[half] ?? Number.NaN, reachFrames: reaches[half] ?? 0 }
  }

  #watchRoom(busy: boolean): void {
    clearInterval(this.#roomTimer)
    this.#roomTimer = busy ? setInterval(() => this.room.tick(), ROOM_TICK_MS) : undefined
  }

  /** Tells it what it gets from now on, once there is something. */
  #configure(listener: Listener): void {
    const config = this.#audioConfig(listener)
    if (config !== undefined) listener.sendControl(config)
  }

  #sourceState(): SourceState {
    return { type: 'source_state', state: this.#status.state, message: this.#status.message }
  }

  #audioConfig({ id, rung }: Listener): AudioConfig | undefined {
    const { info, streamId, anchor } = this.#status
    if (info === undefined || streamId === undefined || anchor === undefined) return undefined
    const { input, name, fallback } = info
    return {
      type: 'audio_config',
      protocol: PROTOCOL_VERSION,
      serverVersion: this.#options.serverVersion,
      session: this.#options.id,
      listener: id,
      streamId,
      rung,
      rungs: this.#ladder.offers.map(({ name }) => name),
      rateHz: info.rateHz,
      channels: MIX_CHANNELS,
      packetFrames: info.periodFrames,
      position: anchor.position,
      captureUs: anchor.captureUs,
      source: { input, name, ...(fallback === undefined ? {} : { fallback }) },
    }
  }
}
