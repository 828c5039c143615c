import { type Bank, ControlBlock } from '../../../src/shared/ring/control-block.ts'
import type { SampleRingMemory } from '../../../src/shared/ring/sample-ring.ts'
import { browserStore } from '../memory/store.ts'
import { Alignment } from './alignment.ts'
import { claimAudioSession } from './audio-session.ts'
import { watchDefaultRate } from './default-rate.ts'
import { DeviceCare } from './device-care.ts'
import { LatencyMeter, type LatencyMs } from './latency-meter.ts'
import type { DeviceFigures } from './output-figures.ts'
import { OutputMoves } from './output-moves.ts'
import { OutputStage, type Sound, type StreamStart } from './output-stage.ts'
import { OutputSuccession } from './output-succession.ts'
import type { OutputReading } from './output-timestamps.ts'
import { OutputWatch } from './output-watch.ts'
import { TrimMemory } from './trim-memory.ts'

const TICK_MS = 100
/** Attempts to open a device again after it was lost: doubling. */
const FIRST_RETRY_MS = 500
const MOST_RETRY_MS = 8000
/** A device that can not be opened so often is gone; the system's default has to do. */
const ATTEMPTS = 3
/** When browsers may let sound out again, or a page comes back. */
const MOMENTS = ['pointerdown', 'keydown', 'visibilitychange', 'pageshow', 'focus'] as const

export interface AudioOutputOptions {
  ring: SampleRingMemory
  control: SharedArrayBuffer
  /** 0 … 1, as on a fader. */
  volume: number
  /** The browser's id of the output device; '' is whatever the system has as its default. */
  deviceId: string
  /** Local time of a performance.now() of 0 on this page, as known by now. */
  originMs: () => number
  /** Listening can not go on. */
  onProblem: (detail: string) => void
  /** The device can not be opened any more: the system's default is used instead. */
  onGivenUp: () => void
}

/**
 * The loudspeaker's side of one listening. It keeps a context running on the device that is wanted, opens another one
 * when the device is gone, has changed or needs larger callbacks, and lets it take over with a cross-fade: the stream
 * goes on. Create it inside the user's gesture. Thread: page.
 */
export class AudioOutput {
  /** When what leaves the worklet is heard. */
  readonly alignment: Alignment
  readonly #options: AudioOutputOptions
  readonly #control: ControlBlock
  readonly #care: DeviceCare
  readonly #latency: LatencyMeter
  readonly #timer: ReturnType<typeof setInterval>
  readonly #unwatch: () => void
  readonly #release: () => void
  #deviceId: string
  #volume: number
  #muted = false
  #stream: StreamStart | undefined
  #watch = new OutputWatch()
  readonly #succession: OutputSuccession
  readonly #moves: OutputMoves
  /** What is heard. */
  #stage: OutputStage
  #everRan = false
  #attempts = 0
  #retryAtMs = 0
  #closed = false

  constructor(options: AudioOutputOptions) {
    this.#options = options
    this.#control = new ControlBlock(options.control)
    this.#succession = new OutputSuccession(this.#control)
    this.#moves = new OutputMoves({
      wantedId: () => this.#deviceId,
      heardId: () => this.#stage.deviceId,
      want: (id) => this.#want(id),
      replace: () => this.#replace(),
      attempt: () => this.#succession.attempt,
    })
    this.#latency = new LatencyMeter(this.#control)
    this.alignment = new Alignment(this.#control, new TrimMemory(browserStore()), options.originMs)
    this.alignment.begin(options.deviceId)
    this.#volume = options.volume
    this.#deviceId = options.deviceId
    this.#care = new DeviceCare(this.#control, options.deviceId)
    this.#release = claimAudioSession('playback')
    this.#stage = this.#open(0, true)
    this.#stage.load().catch((error: unknown) => options.onProblem(String(error)))
    this.#stage.fadeIn()
    for (const moment of MOMENTS) window.addEventListener(moment, this.#resume, true)
    this.#unwatch = watchDefaultRate(
      // A device that was chosen is none of the system's defaults.
      () => this.#everRan && this.#deviceId === '',
      (rateHz) => {
        // A context keeps the rate it was made with; for a device with another one the browser resamples. When it can
        // not be replaced, what is heard goes on, or the watch opens it again.
        const { context } = this.#succession.stage ?? this.#stage
        if (rateHz !== context.sampleRate) this.#replace().catch(ignore)
      },
    )
    this.#timer = setInterval(this.#tick, TICK_MS)
    this.#resume()
  }

  begin(stream: StreamStart): void {
    this.#stream = stream
    this.#stage.begin(stream)
    this.#succession.stage?.begin(stream)
  }

  /** False while the browser holds sound back: no gesture yet, a phone call, a lost device. */
  get running(): boolean {
    return this.#stage.running
  }

  /** The device went away while it played; it is opened again, and again. */
  get lost(): boolean {
    return this.#everRan && this.#stage.broken
  }

  get device(): DeviceFigures {
    return this.#stage.figures.device
  }

  /** What the output that is heard says of itself now. */
  reading(): OutputReading {
    return this.#stage.figures.take(performance.now())
  }

  /** `packetMs`: what one packet lasts. */
  latency(packetMs: number): LatencyMs {
    return this.#latency.read(packetMs, this.alignment.lead)
  }

  /** 0 … 1, as on a fader. */
  setVolume(volume: number): void {
    this.#volume = volume
    this.#stage.setVolume(volume)
    this.#succession.stage?.setVolume(volume)
  }

  /** Fades what is played out, or in again; whatever else goes through the output stays. */
  setMuted(muted: boolean): void {
    if (muted === this.#muted) return
    this.#muted = muted
    this.#stage.setMuted(muted)
    this.#succession.stage?.setMuted(muted)
  }

  /** What is heard now; another one may take over. */
  get context(): AudioContext {
    return this.#stage.context
  }

  /** Something of the page's own through the same output: mono samples of the context's rate, at a time of the context. */
  play(sound: Sound, atS: number): () => void {
    return this.#stage.play(sound, atS)
  }

  /**
   * Moves to another device, '' for the system's default; resolves when it is heard. Rejects, and stays, when it can not be
   * opened. Whoever asks for what is being opened waits for that.
   */
  setOutput(deviceId: string): Promise<void> {
    return this.#moves.to(deviceId)
  }

  /** Fades out, then lets the device go. Returns at once. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#care.remember(this.#stage, performance.now())
    clearInterval(this.#timer)
    this.#unwatch()
    this.#release()
    for (const moment of MOMENTS) window.removeEventListener(moment, this.#resume, true)
    // What was wanted is where the next listening begins.
    this.#succession.leave()
    this.#stage.close()
  }

  #want(deviceId: string): void {
    this.#deviceId = deviceId
    this.#care.turnTo(deviceId)
  }

  #open(bank: Bank, isFirst: boolean): OutputStage {
    const { ring, control, onProblem } = this.#options
    const { hintFrames } = this.#care
    const wish = { hintFrames, deviceId: this.#deviceId, volume: this.#volume, isFirst }
    const stage = new OutputStage({ ...wish, ring, control, bank, onProblem, onChange: this.#tick })
    if (this.#stream) stage.begin(this.#stream)
    stage.setMuted(this.#muted)
    this.#care.seed(stage)
    return stage
  }

  readonly #resume = (): void => {
    this.#stage.resume()
    this.#succession.stage?.resume()
  }

  readonly #tick = (): void => {
    if (this.#closed) return
    const nowMs = performance.now()
    const heir = this.#succession.look(nowMs)
    if (heir) this.#takeOver(heir, nowMs)
    const stage = this.#stage
    if (stage.running && !this.#everRan) {
      this.#everRan = true
      this.#care.started(stage, nowMs)
    }
    const signs = { state: stage.context.state, currentTimeS: stage.context.currentTime, nowMs }
    const verdict = stage.broken ? 'reopen' : this.#watch.look(signs)
    if (verdict === 'resume') this.#resume()
    else if (verdict === 'reopen') this.#lost(nowMs)
    this.#measure(nowMs)
    if (this.#succession.stage || !this.#stream) return
    // When that fails, what is heard goes on, and the next visit asks for larger callbacks from the start.
    if (this.#care.tick(stage, this.#stream.rateHz, this.alignment.lead, nowMs)) this.#replace().catch(ignore)
  }

  #lost(nowMs: number): void {
    if (this.#succession.stage) return
    if (!this.#everRan && this.#stage.broken && !this.#giveUp()) {
      this.#options.onProblem('the audio device could not be opened')
      return
    }
    if (nowMs < this.#retryAtMs) return
    this.#retryAtMs = nowMs + Math.min(MOST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#attempts)
    this.#attempts++
    if (this.#attempts > ATTEMPTS) this.#giveUp()
    // When that fails, the watch asks for another attempt.
    this.#replace().catch(ignore)
  }

  /** The system's default has to do. False: that is what was wanted already. */
  #giveUp(): boolean {
    if (this.#deviceId === '') return false
    this.#want('')
    this.#options.onGivenUp()
    return true
  }

  /** Opens what is wanted now beside what is heard; resolves when it has taken over. */
  #replace(): Promise<void> {
    this.#control.set('startHeadroomMs', this.#headroomMs())
    return this.#succession.begin((bank) => this.#open(bank, false), this.#stage)
  }

  /** What the network asks for above the device's burst, as the worklet that is heard has learnt it; 0: not known. */
  #headroomMs(): number {
    const { control } = this.#stage
    if (!this.#stream || control.get('playing') !== 1) return this.#control.get('startHeadroomMs')
    // Its own target: a group's delay is no news of this network.
    const frames = control.get('needFrames') - control.get('burstFrames')
    return Math.max(0, (frames * 1000) / this.#stream.rateHz)
  }

  #takeOver(stage: OutputStage, nowMs: number): void {
    const before = this.#stage
    this.#stage = stage
    for (const [slot, carried] of COUNTERS) {
      // What the new one counted while it was not heard does not count.
      const counted = before.control.get(slot) - stage.control.get(slot)
      this.#control.set(carried, this.#control.get(carried) + counted)
    }
    this.#control.set('bank', stage.bank)
    stage.fadeIn()
    before.close()
    this.#watch = new OutputWatch()
    this.#latency.reset()
    this.alignment.begin(stage.deviceId)
    this.#care.started(stage, nowMs)
    this.#everRan = true
    this.#attempts = 0
  }

  #measure(nowMs: number): void {
    const { figures, running } = this.#stage
    if (!this.#stream || !running) return
    const reading = figures.take(nowMs)
    this.#latency.sample(nowMs, this.#stream.rateHz)
    this.alignment.sample(reading, this.#stream.rateHz)
  }
}

/** Counters a worklet starts at 0, and where those of the worklets before it are kept. */
const COUNTERS = [
  ['underrunEpisodes', 'episodesBefore'],
  ['concealedFrames', 'concealedFramesBefore'],
  ['resyncs', 'resyncsBefore'],
] as const

function ignore(): void {}
