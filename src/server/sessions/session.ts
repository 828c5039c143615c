// One room: a source and its listeners. There is one for now, and its name is "main".
import { MIX_CHANNELS } from '../../shared/audio-format.ts'
import type { SourceInfo } from '../../shared/capture-messages.ts'
import { type AudioConfig, PROTOCOL_VERSION, type SourceState } from '../../shared/wire/control.ts'
import type { PacketHeader } from '../../shared/wire/packet.ts'
import type { CaptureSupervisor, Levels } from '../capture-supervisor.ts'
import { zeroCounters } from '../streaming/counters.ts'
import { Hub } from '../streaming/hub.ts'
import type { Listener } from '../streaming/listener.ts'
import { initialStatus, type SourceStatus } from './source-status.ts'

export interface SessionOptions {
  name: string
  serverVersion: string
  maxListeners: number
}

export class Session {
  readonly counters = zeroCounters()
  readonly #options: SessionOptions
  readonly #hub = new Hub()
  readonly #status = initialStatus()
  readonly #anchor = { position: 0, captureUs: 0 }

  constructor(options: SessionOptions) {
    this.#options = options
  }

  get status(): Readonly<SourceStatus> {
    return this.#status
  }

  get listeners(): number {
    return this.#hub.size
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
    if (this.#hub.size >= this.#options.maxListeners) {
      this.counters.refused++
      return false
    }
    this.#hub.add(listener)
    const config = this.#audioConfig()
    if (config !== undefined) listener.sendControl(config)
    listener.sendControl(this.#sourceState())
    return true
  }

  leave(listener: Listener): void {
    this.#hub.remove(listener)
  }

  #begin(info: SourceInfo, streamId: number): void {
    Object.assign(this.#status, { info, streamId, levels: undefined, anchor: undefined })
    this.#hub.begin(info.rateHz, info.periodFrames)
  }

  #play(packet: Buffer, { position, captureUs }: Readonly<PacketHeader>): void {
    const isFirst = this.#status.anchor === undefined
    this.#anchor.position = position
    this.#anchor.captureUs = captureUs
    if (isFirst) this.#announceStream()
    this.#hub.publish(packet)
  }

  /** The first packet carries the anchor, so `audio_config` waits for it, and goes out just before it. */
  #announceStream(): void {
    Object.assign(this.#status, { anchor: this.#anchor, state: 'running', message: '' })
    const config = this.#audioConfig()
    if (config !== undefined) this.#hub.announce(config)
    this.#hub.announce(this.#sourceState())
  }

  #levels(levels: Levels): void {
    this.#status.levels = levels
  }

  #pause(state: 'restarting' | 'stopped', message: string): void {
    const changed = this.#status.state !== state || this.#status.message !== message
    Object.assign(this.#status, { state, message, levels: undefined, anchor: undefined })
    if (changed) this.#hub.announce(this.#sourceState())
  }

  #sourceState(): SourceState {
    return { type: 'source_state', state: this.#status.state, message: this.#status.message }
  }

  #audioConfig(): AudioConfig | undefined {
    const { info, streamId, anchor } = this.#status
    if (info === undefined || streamId === undefined || anchor === undefined) return undefined
    const { input, name, fallback } = info
    return {
      type: 'audio_config',
      protocol: PROTOCOL_VERSION,
      serverVersion: this.#options.serverVersion,
      session: this.#options.name,
      streamId,
      rung: 'pcm16',
      rungs: ['pcm16'],
      rateHz: info.rateHz,
      channels: MIX_CHANNELS,
      packetFrames: info.periodFrames,
      position: anchor.position,
      captureUs: anchor.captureUs,
      source: { input, name, ...(fallback === undefined ? {} : { fallback }) },
    }
  }
}
