import type { Profile } from '../../src/shared/playout/profile.ts'
import { ControlBlock, createControlBlock } from '../../src/shared/ring/control-block.ts'
import { createSampleRing } from '../../src/shared/ring/sample-ring.ts'
import type { RungName } from '../../src/shared/rungs.ts'
import { unreachable } from '../../src/shared/unreachable.ts'
import type { AudioConfig, LinkState, SourceState } from '../../src/shared/wire/control.ts'
import type { Mode } from '../../src/shared/wire/room-names.ts'
import type { SetRoom, Transport } from '../../src/shared/wire/room-schema.ts'
import type { MeasureResult } from '../measure/measure.ts'
import type { FromWorker, Link, RungWish } from '../network/messages.ts'
import type { RoomAddress } from './address/room-address.ts'
import { whyDenied } from './address/why-denied.ts'
import type { CalibratedOutput, Calibration } from './calibration/calibrate.ts'
import { pageBps, startFor } from './link-speed.ts'
import { linkType, type RungMemory } from './memory/rung-memory.ts'
import { type NetworkWorker, startNetworkWorker } from './network-worker.ts'
import { AudioOutput } from './output/audio-output.ts'
import type { LatencyMs } from './output/latency-meter.ts'
import { RoomView } from './room-view.ts'
import { RungWatch } from './rung-watch.ts'
import { TestClick } from './test-click.ts'
import { WorkerTime } from './worker-time.ts'

export interface PlaybackOptions {
  url: string
  volume: number
  muted: boolean
  /** Fixed playout delay, device burst included; 0: as small as it can be. */
  targetMs: number
  profile: Profile
  /** A rung by hand, or 'auto', which begins where this kind of link has settled before. */
  wish: RungWish
  rungs: RungMemory
  /** The browser's id of the output device; '' is the system's default. */
  deviceId: string
  mode: Mode
  address: RoomAddress
  onChange: () => void
  /** `deviceId` can not be opened any more: the system's default is used. */
  onOutputGivenUp: () => void
}

/** Of packets that came: position and latency in ms, one after the other. */
export type OnArrivals = (arrivals: Float64Array) => void

/** Where a link begins that nothing is known of. */
const FIRST_RUNG: RungName = 'pcm16'
/** How long a context may take to start before the page says that the browser holds the sound back. */
const START_MS = 1000

/** One listening, from Listen to Stop: shared memory, the worker and the audio output. Thread: page. */
export class Playback {
  readonly control: ControlBlock
  /** Of `control`. */
  readonly memory: SharedArrayBuffer
  readonly output: AudioOutput
  readonly room = new RoomView(() => (this.stream ? this.control.get('clockOffsetMs') : Number.NaN))
  readonly click: TestClick
  /** Local time, which the control block and the room are in. */
  readonly time = new WorkerTime()
  readonly #worker: NetworkWorker
  readonly #onChange: () => void
  readonly #address: RoomAddress
  readonly #startedMs = performance.now()
  readonly #watch: RungWatch
  /** asking: for the microphone, which may take as long as a person does. */
  #calibrating: 'no' | 'asking' | 'playing' = 'no'
  #onArrivals: OnArrivals | undefined
  #muted: boolean
  /** What is asked for in this listening: the page's wish, until somebody asks the server for another. */
  wish: RungWish
  link: Link | undefined
  stream: { streamId: number; rateHz: number } | undefined
  config: AudioConfig | undefined
  source: SourceState | undefined
  /** What the server said last about the link of the connection there is. */
  linkState: LinkState | undefined
  /** Why the server does not let this page in, in its words. */
  denied: string | undefined
  /** What broke on this side, for a log or a developer. */
  problem: string | undefined

  /** Call inside the user's gesture: the socket connects while the audio device starts. */
  constructor(options: PlaybackOptions) {
    const { url, volume, muted, targetMs, profile, wish, rungs, deviceId, mode, address, onChange } = options
    this.#onChange = onChange
    this.#address = address
    this.wish = wish
    this.#muted = muted
    this.#watch = new RungWatch(rungs)
    const linkBps = pageBps()
    const startRung = startFor(rungs.loadStart(linkType()), linkBps) ?? FIRST_RUNG
    const ring = createSampleRing()
    const control = createControlBlock()
    this.memory = control
    this.control = new ControlBlock(control)
    this.#worker = startNetworkWorker((message) => this.#heard(message), this.#fail)
    const stream = { url, ring, control, targetMs, profile, wish, startRung, linkBps }
    this.#worker.open({ kind: 'open', ...stream, mode, ...address })
    this.#worker.askTime(performance.now())
    const onGivenUp = options.onOutputGivenUp
    const { originMs } = this.time
    this.output = new AudioOutput({
      ...{ ring, control, volume, deviceId, originMs },
      ...{ onProblem: this.#fail, onGivenUp },
    })
    this.#mute()
    this.click = new TestClick({
      serverMs: () => this.serverMs,
      heardAtS: (serverMs) => {
        const localMs = this.room.localMs(serverMs)
        return localMs === undefined ? undefined : this.output.alignment.contextTimeS(localMs)
      },
      play: (sound, atS) => this.output.play(sound, atS),
    })
  }

  /** The worklet plays audio of a stream, and the browser lets it out. */
  get audible(): boolean {
    return this.output.running && this.control.get('playing') === 1
  }

  /** The browser does not let the sound out. */
  get soundBlocked(): boolean {
    return !this.output.running && !this.output.lost && performance.now() - this.#startedMs > START_MS
  }

  /** The encoding that is being received; undefined before the server has named it. */
  get rung(): RungName | undefined {
    return this.config?.rung
  }

  /** Fades the stream out, or in again. */
  setMuted(muted: boolean): void {
    this.#muted = muted
    this.#mute()
  }

  /** Another rung by hand, or 'auto'. The sound goes on. */
  setRung(wish: RungWish): void {
    this.wish = wish
    this.#worker.setRung(wish)
  }

  /** Server clock, ms; undefined: not known. */
  get serverMs(): number | undefined {
    return this.room.serverMs(this.time.nowMs())
  }

  setMode(mode: Mode): void {
    // It is for who hears two devices side by side, and where one listens live there is nothing to end it with.
    if (mode === 'live') this.click.set(false)
    this.#worker.tell({ kind: 'mode', mode })
  }

  /** The server refuses whoever is no controller, and says so. */
  transport(transport: Transport): void {
    this.#worker.tell({ kind: 'transport', transport })
  }

  setRoom(room: SetRoom): void {
    this.#worker.tell({ kind: 'set_room', room })
  }

  /** From now on this is told of every packet; undefined: nobody is. */
  tellArrivals(onArrivals: OnArrivals | undefined): void {
    this.#onArrivals = onArrivals
    this.#worker.tell({ kind: 'arrivals', on: onArrivals !== undefined })
  }

  /** Remembered for the device that is heard. */
  setTrim(trimMs: number): void {
    this.output.alignment.setTrim(trimMs)
    this.click.again()
  }

  /**
   * Measures the output by the microphone; as soon as that may be used the stream is faded out, and `onBegin` called. Nothing is
   * applied. Rejects with words for a person; undefined: too little was heard.
   */
  async calibrate(onBegin: () => void): Promise<Calibration | undefined> {
    const { output } = this
    const { ms: leadMs } = output.alignment.lead
    if (this.#calibrating !== 'no' || leadMs === undefined || !this.audible)
      throw new Error('Nothing can be measured before the sound plays.')
    this.#calibrating = 'asking'
    try {
      const { calibrate } = await import('./calibration/calibrate.ts')
      const play: CalibratedOutput['play'] = (sound, atS) => output.play(sound, atS)
      return await calibrate({ context: output.context, leadMs, play }, () => {
        this.#calibrating = 'playing'
        this.click.set(false)
        this.#mute()
        onBegin()
      })
    } finally {
      this.#calibrating = 'no'
      this.#mute()
    }
  }

  /** Sends a marker through the running path, which everybody hears. Never rejects for what may happen outside. */
  async measure(): Promise<MeasureResult> {
    const { measurePlayback } = await import('../measure/measure-playback.ts')
    return measurePlayback(this)
  }

  /** Null, part by part, for what is not known. */
  get latency(): LatencyMs | undefined {
    if (!this.stream || !this.config) return undefined
    return this.output.latency((this.config.packetFrames * 1000) / this.config.rateHz)
  }

  stop(): void {
    this.click.set(false)
    this.output.close()
    this.#worker.close()
  }

  #heard(message: FromWorker): void {
    switch (message.kind) {
      case 'time': {
        const nowMs = performance.now()
        if (this.time.heard(message, nowMs)) this.#worker.askTime(nowMs)
        return
      }
      case 'link':
        this.link = message.link
        if (message.link.phase !== 'connected') this.#disconnected()
        if (message.link.phase === 'waiting' && message.link.why === 'unreachable') void this.#askWhy()
        break
      case 'stream':
        this.stream = { streamId: message.streamId, rateHz: message.rateHz }
        this.output.begin({ kind: 'stream', serial: message.serial, rateHz: message.rateHz })
        break
      case 'config':
        this.config = message.config
        break
      case 'source':
        this.source = message.source
        break
      case 'wish':
        this.wish = message.wish
        break
      case 'link_state':
        this.linkState = message.state
        this.#worker.askTime(performance.now())
        // Twice a second: often enough.
        this.#watch.look(this.wish === 'auto' && this.audible ? this.rung : undefined, performance.now())
        break
      case 'room':
        this.room.heard(message)
        this.#mute()
        break
      case 'feedback':
        this.room.told(message.feedback)
        break
      case 'arrivals':
        this.#onArrivals?.(message.arrivals)
        return
      case 'refused':
        this.room.refused(message.message, performance.now())
        break
      default:
        unreachable(message)
    }
    this.#onChange()
  }

  #mute(): void {
    this.output.setMuted(this.#muted || this.#calibrating === 'playing' || this.room.setAside)
  }

  #disconnected(): void {
    this.linkState = undefined
    this.#watch.look(undefined, performance.now())
  }

  /** It may have been the server that did not want to be reached. */
  async #askWhy(): Promise<void> {
    const denial = await whyDenied(this.#address)
    if (denial === undefined || this.link?.phase === 'connected') return
    this.denied = denial.words
    this.stop()
    this.#fail('denied')
  }

  readonly #fail = (detail: string): void => {
    this.problem ??= detail
    this.#onChange()
  }
}
