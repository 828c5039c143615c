// One room: a source and its listeners. There is one for now, and its name is "main".
import { MIX_CHANNELS } from '../../shared/audio-format.ts'
import type { SourceInfo } from '../../shared/capture-messages.ts'
import { type AudioConfig, PROTOCOL_VERSION, type SourceState } from '../../shared/wire/control.ts'
import type { PacketHeader } from '../../shared/wire/packet.ts'
import type { CaptureSupervisor, Levels } from '../capture-supervisor.ts'
import { zeroCounters } from '../streaming/counters.ts'
import { type Encoders, Ladder } from '../streaming/ladder.ts'
import type { Listener } from '../streaming/listener.ts'
import type { RungStream } from '../streaming/rung-stream.ts'
import { initialStatus, type SourceStatus } from './source-status.ts'
import { TEND_MS, Tending } from './tending.ts'

export interface SessionOptions {
  name: string
  serverVersion: string
  maxListeners: number
  encoders: Encoders
  /** Monotonic, ms. */
  nowMs?: () => number
}

/** Handing out packets takes this part of the time they last: the server is crowded. */
const CROWDED = 0.4
/** The last few hundred packets decide. */
const LOAD_SMOOTHING = 1 / 256

export class Session {
  readonly counters = zeroCounters()
  readonly #options: SessionOptions
  readonly #nowMs: () => number
  readonly #ladder: Ladder
  readonly #tending: Tending
  readonly #listeners = new Set<Listener>()
  readonly #status = initialStatus()
  readonly #anchor = { position: 0, captureUs: 0 }
  #timer: NodeJS.Timeout | undefined
  #nextId = 1
  /** Part of the packets' own time that handing them out takes, smoothed. */
  #load = 0

  constructor(options: SessionOptions) {
    this.#options = options
    this.#nowMs = options.nowMs ?? (() => performance.now())
    this.#ladder = new Ladder({
      encoders: options.encoders,
      nowMs: this.#nowMs,
      configure: (listener) => this.#configure(listener),
    })
    this.#tending = new Tending({
      ladder: this.#ladder,
      listeners: this.#listeners,
      counters: this.counters,
      crowded: () => this.#load > CROWDED,
    })
  }

  get status(): Readonly<SourceStatus> {
    return this.#status
  }

  get listeners(): number {
    return this.#listeners.size
  }

  /** Everybody who listens. */
  get present(): ReadonlySet<Listener> {
    return this.#listeners
  }

  /** Rungs that are open. */
  get rungs(): readonly RungStream[] {
    return this.#ladder.open
  }

  get encoders(): Encoders['counters'] {
    return this.#options.encoders.counters
  }

  /** From now on plays what this source plays. */
  follow(source: CaptureSupervisor): void {
    source.on('ready', (info, streamId) => this.#begin(info, streamId))
    source.on('packet', (packet, header) => this.#play(packet, header))
    source.on('levels', (levels) => this.#levels(levels))
    source.on('down', (message) => this.#pause('restarting', `${message} Trying again.`))
    source.on('gave-up', (message) => this.#pause('stopped', message))
  }

  /** Greets and takes in the listener; false, and counted, when all places are taken. */
  join(listener: Listener): boolean {
    if (this.#listeners.size >= this.#options.maxListeners) {
      this.counters.refused++
      return false
    }
    listener.id = this.#nextId++
    this.#listeners.add(listener)
    this.#ladder.add(listener)
    this.#configure(listener)
    listener.sendControl(this.#sourceState())
    this.#ladder.start(listener)
    this.#timer ??= setInterval(() => this.#tick(), TEND_MS)
    return true
  }

  leave(listener: Listener): void {
    if (!this.#listeners.delete(listener)) return
    this.#ladder.remove(listener)
    this.#tending.forget(listener)
  }

  /** The listener of this number, if it is here. */
  listener(id: number): Listener | undefined {
    for (const listener of this.#listeners) if (listener.id === id) return listener
    return undefined
  }

  /** The app closes: no more timers, no more encoders. Resolves when they are gone. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#timer = undefined
    await this.#options.encoders.stop()
  }

  /** Goes on until the rungs of the last listener have been closed, too. */
  #tick(): void {
    this.#tending.tick(this.#nowMs())
    if (this.#listeners.size > 0 || this.#ladder.open.length > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #begin(info: SourceInfo, streamId: number): void {
    Object.assign(this.#status, { info, streamId, levels: undefined, anchor: undefined })
  }

  #play(packet: Buffer, header: Readonly<PacketHeader>): void {
    const isFirst = this.#status.anchor === undefined
    this.#anchor.position = header.position
    this.#anchor.captureUs = header.captureUs
    if (isFirst) this.#beginStream(header.codec)
    const startedMs = this.#nowMs()
    this.#ladder.publish(packet, header)
    const lastsMs = (header.frames * 1000) / (this.#status.info?.rateHz ?? 1)
    this.#load += ((this.#nowMs() - startedMs) / lastsMs - this.#load) * LOAD_SMOOTHING
  }

  /** The first packet carries the anchor, so `audio_config` waits for it, and goes out just before it. */
  #beginStream(codec: number): void {
    const { info, streamId } = this.#status
    if (info === undefined || streamId === undefined) throw new Error('a packet before its stream')
    Object.assign(this.#status, { anchor: this.#anchor, state: 'running', message: '' })
    const { rateHz, periodFrames } = info
    this.#ladder.begin({ streamId, rateHz, periodFrames }, codec)
    this.#ladder.settle(this.#listeners)
    for (const listener of this.#listeners) {
      this.#configure(listener)
      listener.sendControl(this.#sourceState())
    }
  }

  #levels(levels: Levels): void {
    this.#status.levels = levels
  }

  #pause(state: 'restarting' | 'stopped', message: string): void {
    const changed = this.#status.state !== state || this.#status.message !== message
    Object.assign(this.#status, { state, message, levels: undefined, anchor: undefined })
    this.#ladder.end()
    if (changed) for (const listener of this.#listeners) listener.sendControl(this.#sourceState())
  }

  /** Tells it what it gets from now on, once there is something. */
  #configure(listener: Listener): void {
    const config = this.#audioConfig(listener)
    if (config !== undefined) listener.sendControl(config)
  }

  #sourceState(): SourceState {
    return { type: 'source_state', state: this.#status.state, message: this.#status.message }
  }

  #audioConfig({ rung }: Listener): AudioConfig | undefined {
    const { info, streamId, anchor } = this.#status
    if (info === undefined || streamId === undefined || anchor === undefined) return undefined
    const { input, name, fallback } = info
    return {
      type: 'audio_config',
      protocol: PROTOCOL_VERSION,
      serverVersion: this.#options.serverVersion,
      session: this.#options.name,
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
