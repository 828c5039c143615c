import workletUrl from '../../public/audio-processor.ts?worker&url'
import type { SampleRingMemory } from '../../src/shared/ring/sample-ring.ts'
import type { DeviceFigures } from './stats.ts'

/** Smaller than any device's callback: browsers round a number up to the smallest they grant. */
const SMALLEST_LATENCY_S = 0.001
const VOLUME_TIME_CONSTANT_S = 0.015
const FADE_S = 0.01
/** The fade, and the device's own buffer behind it. */
const CLOSE_AFTER_MS = 60

/** What the worklet is told when a stream begins. */
export interface StreamStart {
  kind: 'stream'
  serial: number
  rateHz: number
}

/**
 * The context, the worklet and the volume of one listening. Create it inside the user's gesture. The
 * context runs at the device's own rate; the worklet resamples.
 */
export class AudioOutput {
  readonly #context: AudioContext
  readonly #gain: GainNode
  readonly #onProblem: (detail: string) => void
  #node: AudioWorkletNode | undefined
  #pending: StreamStart | undefined
  #closing = false

  constructor(volume: number, onProblem: (detail: string) => void) {
    this.#onProblem = onProblem
    this.#context = new AudioContext({ latencyHint: SMALLEST_LATENCY_S })
    this.#gain = this.#context.createGain()
    this.#gain.gain.value = gainOf(volume)
    this.#gain.connect(this.#context.destination)
    this.#context.addEventListener('error', () => onProblem('the audio device could not be opened'))
    for (const event of GESTURES) document.addEventListener(event, this.#resume)
    this.#resume()
  }

  /** Loads the worklet and connects it to memory the worker writes. */
  async start(ring: SampleRingMemory, control: SharedArrayBuffer): Promise<void> {
    await this.#context.audioWorklet.addModule(workletUrl)
    if (this.#closing) return
    const node = new AudioWorkletNode(this.#context, 'backline-playout', {
      numberOfInputs: 0,
      numberOfOutputs: 1,
      outputChannelCount: [2],
      processorOptions: { ring, control },
    })
    node.onprocessorerror = () => this.#onProblem('the audio processor stopped')
    node.connect(this.#gain)
    this.#node = node
    if (this.#pending) node.port.postMessage(this.#pending)
  }

  /** Only the newest stream matters to a worklet that is still loading. */
  begin(stream: StreamStart): void {
    this.#pending = stream
    this.#node?.port.postMessage(stream)
  }

  /** False while the browser holds sound back: no gesture yet, a phone call, a lost device. */
  get running(): boolean {
    return this.#context.state === 'running'
  }

  get device(): DeviceFigures {
    return this.#context as DeviceFigures
  }

  /** 0 … 1, as on a fader. */
  setVolume(volume: number): void {
    this.#gain.gain.setTargetAtTime(gainOf(volume), this.#context.currentTime, VOLUME_TIME_CONSTANT_S)
  }

  /** Fades out, then lets the device go. Returns at once. */
  close(): void {
    if (this.#closing) return
    this.#closing = true
    for (const event of GESTURES) document.removeEventListener(event, this.#resume)
    const { gain } = this.#gain
    const now = this.#context.currentTime
    gain.cancelScheduledValues(now)
    gain.setValueAtTime(gain.value, now)
    gain.linearRampToValueAtTime(0, now + FADE_S)
    setTimeout(() => {
      this.#node?.disconnect()
      this.#context.close().catch(() => {
        // Closed by the browser already: then there is nothing left to close.
      })
    }, CLOSE_AFTER_MS)
  }

  readonly #resume = (): void => {
    if (this.running || this.#closing) return
    this.#context.resume().catch(() => {
      // Not allowed now; the next gesture tries again, and the page says so meanwhile.
    })
  }
}

const GESTURES = ['pointerdown', 'keydown', 'visibilitychange'] as const

/** A fader's taper: half way is −12 dB. */
export function gainOf(volume: number): number {
  return volume * volume
}
