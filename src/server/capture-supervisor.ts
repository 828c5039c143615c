// Keeps one capture child alive, as long as somebody wants it. Three deaths: asked for; refused its settings before it ever
// played (given up); anything else (replaced after a delay, as a new stream).
import { EventEmitter } from 'node:events'
import { fileURLToPath } from 'node:url'
import {
  CAPTURE_EXIT,
  type CaptureKind,
  type GainMatrix,
  type InputDevice,
  type MarkerNews,
  type SourceInfo,
  type SourceSettings,
} from '../shared/capture-messages.ts'
import { fittedGains } from '../shared/mix-strips.ts'
import type { PacketHeader } from '../shared/wire/packet.ts'
import {
  CaptureChild,
  type ChildEar,
  type ChildEnd,
  type ChildLog,
  forkCapture,
  type Levels,
} from './child/capture-child.ts'
import { lookForDevices } from './child/device-look.ts'
import { Reopening } from './child/reopening.ts'
import { RestartDelay } from './restart-delay.ts'
import { SUPERVISOR_TIMING, type SupervisorTiming } from './supervisor-timing.ts'

export type { Levels }

export interface SupervisorEvents {
  /** A stream begins: its packets follow. */
  ready: [source: SourceInfo, streamId: number]
  /** The bytes may be kept, not changed; the header is valid during the event. */
  packet: [packet: Buffer, header: Readonly<PacketHeader>]
  levels: [levels: Levels]
  /** Of the marker that was asked for last. */
  marker: [news: MarkerNews]
  /** The child is gone and nobody asked; it comes back in `delayMs`. */
  down: [message: string, delayMs: number]
  /** The child refused its settings before it ever played; it does not come back by itself. */
  'gave-up': [message: string]
  /** Somebody does not want it to run any more. */
  stopped: [message: string]
  /** Somebody wants it to run again, or to play something else. */
  starting: [message: string]
}

export interface SupervisorOptions {
  /** The child's entry, a `file:` URL. */
  entry: URL
  settings: SourceSettings
  log: ChildLog
  timing?: Partial<SupervisorTiming>
}

/** What somebody wants of the source; what is left out stays. */
export interface CaptureWish {
  wanted?: boolean | undefined
  capture?: CaptureKind | undefined
  /** Case-insensitive part of a device name. */
  device?: string | undefined
}

const STOPPED = 'The capture was stopped from the console.'
const OPENING = 'The instrument is being opened.'

/** One child at a time. Methods are for the main thread; none blocks, only `control` and `stop` wait. */
export class CaptureSupervisor extends EventEmitter<SupervisorEvents> {
  readonly #entry: string
  readonly #log: ChildLog
  readonly #timing: SupervisorTiming
  readonly #reopening: Reopening
  #delay: RestartDelay
  readonly #setUp: SourceSettings
  #settings: SourceSettings
  /** What the source mixes itself with, while nobody has chosen. */
  #ownMix: GainMatrix | undefined
  #child: CaptureChild | undefined
  /** The one before, which is still letting go of its device. */
  #leaving: Promise<void> | undefined
  #restartTimer: NodeJS.Timeout | undefined
  #wanted = true
  #closing = false
  /** It has played, or was chosen by somebody who may choose again: then nothing is given up. */
  #keepsTrying = false
  #deviceWasChosen = false
  #playsInstead = false
  #devices: InputDevice[] | undefined
  #looking: Promise<InputDevice[]> | undefined
  // Tenths of a second since 1970: starts at least 0.25 s apart never meet an id of an earlier run.
  #streamId = Math.floor(Date.now() / 100) >>> 0
  #restarts = 0

  constructor(options: SupervisorOptions) {
    super()
    this.#entry = fileURLToPath(options.entry)
    this.#reopening = new Reopening(this.#entry)
    this.#setUp = options.settings
    this.#settings = options.settings
    this.#log = options.log
    this.#timing = { ...SUPERVISOR_TIMING, ...options.timing }
    this.#delay = new RestartDelay(this.#timing)
  }

  /** The running child. */
  get child(): Pick<CaptureChild, 'pid' | 'startedAtMs' | 'counters' | 'facts'> | undefined {
    return this.#child
  }

  /** Process id of the running child. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  get restarts(): number {
    return this.#restarts
  }

  get wanted(): boolean {
    return this.#wanted
  }

  get settings(): SourceSettings {
    return this.#settings
  }

  get gains(): GainMatrix {
    return this.#ownMix ?? this.#settings.gains
  }

  /** The source mixes itself, and nobody has chosen. */
  get mixIsOwn(): boolean {
    return this.#ownMix !== undefined
  }

  /** Inputs that were there when somebody looked last; undefined: nobody has, or could. */
  get devices(): readonly InputDevice[] | undefined {
    return this.#devices
  }

  /** Starts the child unless there is one, or nobody wants it. */
  start(): void {
    if (this.#child !== undefined || this.#leaving !== undefined || !this.#wanted || this.#closing) return
    clearTimeout(this.#restartTimer)
    this.#streamId = (this.#streamId + 1) >>> 0
    const streamId = this.#streamId
    const { gains, channels } = this.#settings
    this.#child = new CaptureChild({
      process: this.#reopening.takeChild() ?? forkCapture(this.#entry),
      timing: this.#timing,
      log: this.#log,
      ear: this.#ear(streamId, gains),
      settings: {
        ...this.#settings,
        gains: fittedGains(gains, channels),
        ...this.#reopening.begin(),
        fewerWillDo: this.#deviceWasChosen,
        streamId,
      },
    })
  }

  /**
   * Ends the child, starts it, or has it replaced by one that plays something else, as a new stream. Resolves when what is not
   * wanted any more has gone. Does nothing to a child that is as wished.
   */
  async control({ wanted = this.#wanted, capture, device }: CaptureWish): Promise<void> {
    if (this.#closing) return
    const before = this.#settings
    const chosen = capture !== undefined || device !== undefined
    const after = { ...before, capture: capture ?? before.capture, device: device ?? before.device }
    const isOther = after.capture !== before.capture || after.device !== before.device
    const wasWanted = this.#wanted
    this.#settings = after
    this.#wanted = wanted
    if (isOther) this.#reopening.forget()
    if (device !== undefined) this.#deviceWasChosen = true
    if (!wanted) {
      if (wasWanted) this.emit('stopped', STOPPED)
    } else if (!wasWanted || isOther || this.#child === undefined || (chosen && this.#playsInstead)) {
      this.emit('starting', OPENING)
      this.#keepsTrying = true
    } else return
    this.#delay = new RestartDelay(this.#timing)
    clearTimeout(this.#restartTimer)
    this.#leave()
    await Promise.all([this.#leaving, this.#reopening.drop()])
    this.start()
  }

  /** Looks for inputs now; however many ask, one process looks. Throws DeviceLookError; then what was known stays. */
  async look(): Promise<void> {
    this.#looking ??= lookForDevices(this.#entry, this.#log).finally(() => {
      this.#looking = undefined
    })
    this.#devices = await this.#looking
  }

  /** From now on, and after every restart. The child ramps to it. */
  setGains(gains: GainMatrix): void {
    this.#settings = { ...this.#settings, gains, gainsAreDefault: false }
    this.#ownMix = undefined
    if (this.#child?.isReady) this.#child.send({ kind: 'mix', gains })
  }

  /** What was set is forgotten: the mix is as it was set up, from the next start on, and for a source that is about to begin. */
  forgetGains(): void {
    const { gains, gainsAreDefault } = this.#setUp
    this.#settings = { ...this.#settings, gains, gainsAreDefault }
  }

  /** Has the marker of a measurement added to the sound; `marker` says where. False: nothing plays. */
  putMarker(): boolean {
    if (!this.#child?.isReady) return false
    this.#child.send({ kind: 'marker' })
    return true
  }

  /** For good. Resolves when the child is gone. */
  async stop(): Promise<void> {
    this.#closing = true
    clearTimeout(this.#restartTimer)
    this.#leave()
    await Promise.all([this.#leaving, this.#reopening.drop()])
  }

  /** The child, if there is one, is to go, and is not heard any more. */
  #leave(): void {
    const child = this.#child
    if (child === undefined) return
    this.#child = undefined
    const leaving = child.end().then(() => {
      this.#leaving = undefined
    })
    this.#leaving = leaving
  }

  /** `gains`: what the child was started with. */
  #ear(streamId: number, gains: GainMatrix): ChildEar {
    return {
      ready: (source) => {
        if (source.input === 'device') this.#reopening.opened()
        this.#keepsTrying = true
        this.#ownMix = source.mix
        this.#playsInstead = source.fallback !== undefined
        this.emit('ready', source, streamId)
        this.#catchUp(gains, source.channels)
      },
      packet: (packet, header) => this.emit('packet', packet, header),
      levels: (levels) => {
        // They follow the first block by 50 ms, and are far fewer.
        this.#reopening.heard()
        this.emit('levels', levels)
      },
      marker: (news) => this.emit('marker', news),
      devices: (devices) => {
        this.#devices = devices
      },
      exited: (end) => {
        this.#reopening.ended()
        this.#exited(end)
      },
    }
  }

  /** What was set while the child opened its device could not be told it. */
  #catchUp(before: GainMatrix, channels: number): void {
    const { gains } = this.#settings
    // One input goes to both sides, and whoever mixes knows that.
    if (gains === before || this.mixIsOwn || channels === 1) return
    this.#child?.send({ kind: 'mix', gains: fittedGains(gains, channels) })
  }

  #exited({ message, code, playedMs, lastWords }: ChildEnd): void {
    this.#child = undefined
    if (code === CAPTURE_EXIT.badSettings && !this.#keepsTrying) {
      this.emit('gave-up', message)
      return
    }
    const delayMs = this.#delay.after(playedMs)
    this.#restarts++
    this.#restartTimer = setTimeout(() => {
      // By now stderr has been read to its end, which the exit does not wait for.
      for (const line of lastWords) this.#log.warn(line)
      this.start()
    }, delayMs)
    this.emit('down', message, delayMs)
  }
}

/** As wide as a source of so many channels needs it: what it has more is not heard. */
