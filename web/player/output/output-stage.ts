import workletUrl from '../../../public/audio-processor.ts?worker&url'
import { type Bank, ControlBlock } from '../../../src/shared/ring/control-block.ts'
import type { SampleRingMemory } from '../../../src/shared/ring/sample-ring.ts'
import { type DeviceFigures, OutputFigures } from './output-figures.ts'

/** What the worklet is told when a stream begins. */
export interface StreamStart {
  kind: 'stream'
  serial: number
  rateHz: number
}

/** Mono samples for a context of this rate. */
export type Sound = (rateHz: number) => Float32Array<ArrayBuffer>

export interface StageOptions {
  /** Frames per callback to ask the device for. */
  hintFrames: number
  /** The browser's id of the output device; '' is whatever the system has as its default. */
  deviceId: string
  ring: SampleRingMemory
  control: SharedArrayBuffer
  /** Which of the worklet's banks of the control block is its. */
  bank: Bank
  /** Nothing is playing that it would take over from. */
  isFirst: boolean
  volume: number
  onProblem: (detail: string) => void
  /** The context says that something has changed. */
  onChange: () => void
}

/** Hints are seconds and rounded up by the browser: with a higher rate than the device's they never ask for more. */
const HINT_RATE_HZ = 48_000
const VOLUME_TIME_CONSTANT_S = 0.015
const FADE_S = 0.01
/** The fade, and the device's own buffer behind it. */
const CLOSE_AFTER_MS = 60

/**
 * −180 dBFS, below the last bit of any converter. Chromium lets the device go after 30 s of zeros and paces the worklet by
 * a timer meanwhile; the first note after a rest would then wait for the device to open again.
 */
const NEVER_ZERO = 1e-9

/** Newer members of AudioContext that the compiler's library does not have. */
type NewerContext = AudioContext & DeviceFigures
type NewerOptions = AudioContextOptions & { sinkId?: string }

/** What a worklet counts from its beginning, and whether it plays. */
const BEGINS_AT_0 = ['playing', 'lateCallbacks', 'underrunEpisodes', 'concealedFrames', 'resyncs'] as const

/**
 * One AudioContext with the worklet and two gains: the volume, and the fade by which it takes over from another or
 * leaves. Silent until `fadeIn`. Create the first one inside the user's gesture.
 */
export class OutputStage {
  readonly context: NewerContext
  readonly deviceId: string
  readonly hintFrames: number
  readonly bank: Bank
  /** Its worklet's own view of the control block. */
  readonly control: ControlBlock
  readonly figures: OutputFigures
  readonly #options: StageOptions
  readonly #fade: GainNode
  readonly #volume: GainNode
  #node: AudioWorkletNode | undefined
  #pending: StreamStart | undefined
  #heard = false
  #muted = false
  #closed = false
  #broken = false

  constructor(options: StageOptions) {
    this.#options = options
    this.deviceId = options.deviceId
    this.hintFrames = options.hintFrames
    this.bank = options.bank
    this.control = new ControlBlock(options.control, options.bank)
    // Another worklet has counted here before; this one's own first quantum may come after it is heard.
    for (const slot of BEGINS_AT_0) this.control.set(slot, 0)
    const wish: NewerOptions = { latencyHint: options.hintFrames / HINT_RATE_HZ }
    if (options.deviceId !== '') wish.sinkId = options.deviceId
    this.context = new AudioContext(wish) as NewerContext
    this.figures = new OutputFigures(this.context)
    this.#volume = this.context.createGain()
    this.#volume.gain.value = gainOf(options.volume)
    this.#fade = this.context.createGain()
    this.#fade.gain.value = 0
    this.#volume.connect(this.#fade).connect(this.context.destination)
    const floor = this.context.createConstantSource()
    floor.offset.value = NEVER_ZERO
    floor.connect(this.context.destination)
    floor.start()
    this.context.addEventListener('statechange', options.onChange)
    this.context.addEventListener('error', () => {
      this.#broken = true
      options.onChange()
    })
  }

  /** Loads the worklet and connects it to the memory the network worker writes. */
  async load(): Promise<void> {
    const { ring, control, bank, isFirst, onProblem } = this.#options
    await this.context.audioWorklet.addModule(workletUrl)
    if (this.#closed) return
    const node = new AudioWorkletNode(this.context, 'backline-playout', {
      numberOfInputs: 0,
      numberOfOutputs: 1,
      outputChannelCount: [2],
      // Contexts of one page and one output share their audio thread in Firefox: what plays must not wait for a rehearsal.
      processorOptions: { ring, control, bank, rehearses: isFirst },
    })
    node.onprocessorerror = () => onProblem('the audio processor stopped')
    node.connect(this.#volume)
    this.#node = node
    if (this.#pending) node.port.postMessage(this.#pending)
  }

  /** Only the newest stream matters to a worklet that is still loading. */
  begin(stream: StreamStart): void {
    this.#pending = stream
    this.#node?.port.postMessage(stream)
  }

  get running(): boolean {
    return this.context.state === 'running' && !this.#broken
  }

  /** The browser could not open the device, or lost it. */
  get broken(): boolean {
    return this.#broken || this.context.state === 'closed'
  }

  /** Its worklet is there. */
  get loaded(): boolean {
    return this.#node !== undefined
  }

  /** Its worklet plays audio of a stream. */
  get playing(): boolean {
    return this.running && this.loaded && this.control.get('playing') === 1
  }

  /** 0 … 1, as on a fader. */
  setVolume(volume: number): void {
    this.#volume.gain.setTargetAtTime(gainOf(volume), this.context.currentTime, VOLUME_TIME_CONSTANT_S)
  }

  resume(): void {
    if (this.context.state === 'running' || this.context.state === 'closed' || this.#closed) return
    this.context.resume().catch(() => {
      // Not allowed now; the next gesture tries again, and the page says so meanwhile.
    })
  }

  fadeIn(): void {
    this.#heard = true
    this.#rampTo(this.#muted ? 0 : 1)
  }

  /** Fades what its worklet plays out, or in again. */
  setMuted(muted: boolean): void {
    if (muted === this.#muted) return
    this.#muted = muted
    if (this.#heard) this.#rampTo(muted ? 0 : 1)
  }

  /** Beside what its worklet plays, as loud as the fader says. Returns what stops it. */
  play(sound: Sound, atS: number): () => void {
    const { context } = this
    const samples = sound(context.sampleRate)
    const buffer = context.createBuffer(1, samples.length, context.sampleRate)
    buffer.copyToChannel(samples, 0)
    const source = context.createBufferSource()
    source.buffer = buffer
    const gain = context.createGain()
    gain.gain.value = this.#volume.gain.value
    source.connect(gain).connect(context.destination)
    source.onended = () => gain.disconnect()
    source.start(atS)
    return () => source.stop()
  }

  /** Fades out, then lets the device go. Returns at once. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#heard = false
    this.#rampTo(0)
    this.context.removeEventListener('statechange', this.#options.onChange)
    setTimeout(() => {
      this.#node?.disconnect()
      this.context.close().catch(() => {
        // Closed by the browser already: then there is nothing left to close.
      })
    }, CLOSE_AFTER_MS)
  }

  #rampTo(value: number): void {
    const { gain } = this.#fade
    const now = this.context.currentTime
    gain.cancelScheduledValues(now)
    gain.setValueAtTime(gain.value, now)
    gain.linearRampToValueAtTime(value, now + FADE_S)
  }
}

/** A fader's taper: half way is −12 dB. */
export function gainOf(volume: number): number {
  return volume * volume
}
