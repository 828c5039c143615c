// The playout engine: what the audio worklet runs, as a pure class. It keeps the position that is playing
// `target` behind the media line (what could be playing now), bends the rate to stay there, and never
// stops the media clock: missing audio is concealed, late audio is not waited for.
//
// Delay is taken at the start of a device callback, where it is least: all of the callback's quanta are
// rendered at that one instant, so target ≥ burst, or every callback runs dry.
import type { ControlBlock, MediaLine } from '../ring/control-block.ts'
import type { SampleRing } from '../ring/sample-ring.ts'
import { BurstMeter } from './burst-meter.ts'
import { Feed } from './feed.ts'
import { LevelMeter } from './level-meter.ts'
import { Moment } from './moment.ts'
import { Resampler } from './resampler.ts'
import { Steering } from './steering.ts'
import { TimeDoubt } from './time-doubt.ts'

/** Input frames one quantum may pull: 128 frames from 192 kHz into 44.1 kHz, with room. */
const MAX_PULL = 1024
/** Rates that instruments are captured at. */
const USUAL_RATES_HZ = [44_100, 48_000]

/** What depends on a stream's rate; built off the render call, because it allocates. */
interface Stream {
  serial: number
  rateHz: number
  feed: Feed
  resampler: StereoResampler
}

/** What the engine needs of a resampler; a simulation that only asks when, not what, brings one that moves no samples. */
export type StereoResampler = Pick<Resampler, 'step' | 'needed' | 'push' | 'render' | 'ahead' | 'lead'>

export interface PlayoutOptions {
  ring: SampleRing
  control: ControlBlock
  contextRateHz: number
  makeResampler?: (bandwidth: number) => StereoResampler
}

export class Playout {
  readonly #ring: SampleRing
  readonly #control: ControlBlock
  readonly #contextRateHz: number
  readonly #makeResampler: (bandwidth: number) => StereoResampler
  readonly #bursts: BurstMeter
  readonly #steering: Steering
  readonly #doubt: TimeDoubt
  readonly #levels: LevelMeter
  readonly #line: MediaLine = { serial: 0, ms: 0, position: 0, rateHz: 0 }
  readonly #moment = new Moment()
  readonly #left = new Float32Array(MAX_PULL)
  readonly #right = new Float32Array(MAX_PULL)
  #stream: Stream | undefined
  #next: Stream | undefined
  #playing = false
  #quantumFrames = 128
  #resyncs = 0
  /** Counted by feeds of earlier streams. */
  #episodesBefore = 0
  #concealedBefore = 0

  constructor(options: PlayoutOptions) {
    this.#ring = options.ring
    this.#control = options.control
    this.#contextRateHz = options.contextRateHz
    this.#makeResampler = options.makeResampler ?? ((bandwidth) => new Resampler(bandwidth))
    this.#bursts = new BurstMeter(options.contextRateHz)
    this.#steering = new Steering(options.control)
    this.#doubt = new TimeDoubt(options.contextRateHz)
    this.#levels = new LevelMeter(options.contextRateHz)
  }

  /**
   * Once, before anything is to be heard, on the audio thread: makes the tables and compiles the code of streams of the
   * usual rates, 20 to 100 ms that the first would cost. Then a stream opens in about 0.5 ms, or 5 to 15 at another rate.
   */
  prepare(): void {
    for (const rateHz of USUAL_RATES_HZ) this.#makeStream(0, rateHz)
  }

  /** Announces a stream: it plays once the media line names its serial. Allocates; not for the render call. */
  openStream(serial: number, rateHz: number): void {
    this.#next = this.#makeStream(serial, rateHz)
  }

  #makeStream(serial: number, rateHz: number): Stream {
    const resampler = this.#makeResampler(Math.min(1, this.#contextRateHz / rateHz))
    return { serial, rateHz, feed: new Feed(this.#ring, rateHz), resampler }
  }

  /**
   * Renders one quantum into both arrays. `contextFrame`: the context's frame counter; `dateMs`: Date.now().
   * Does not allocate, block or throw.
   */
  render(left: Float32Array, right: Float32Array, contextFrame: number, dateMs: number): void {
    const { slots, at } = this.#control
    const moment = this.#moment
    moment.nowMs = dateMs - (slots[at.dateSkewMs] as number)
    this.#quantumFrames = left.length
    if (this.#bursts.onQuantum(moment)) this.#steer(moment)
    const stream = this.#stream
    if (stream === undefined || stream.feed.silent) {
      left.fill(0)
      right.fill(0)
    } else {
      const { feed, resampler, rateHz } = stream
      resampler.step = (this.#steering.rate.ratio * rateHz) / this.#contextRateHz
      const frames = Math.min(resampler.needed(left.length), MAX_PULL)
      feed.pull(this.#left, this.#right, frames)
      resampler.push(this.#left, this.#right, frames)
      resampler.render(left, right, 0, left.length)
    }
    this.#levels.add(left, right)
    this.#publish(contextFrame)
  }

  /** Once per device callback: follow the line, start, jump, or bend the rate. */
  #steer(moment: Moment): void {
    const line = this.#line
    for (let tries = 0; tries < 3 && !this.#control.readLine(line); tries++);
    this.#follow()
    const stream = this.#stream
    this.#doubt.nowMs = moment.nowMs
    const doubtful = this.#doubt.look(this.#bursts.quanta * this.#quantumFrames)
    if (doubtful) this.#steering.passed()
    if (stream === undefined || stream.serial !== line.serial || doubtful) return

    const steering = this.#steering
    const { feed, resampler, rateHz } = stream
    moment.burstFrames = (this.#bursts.quanta * this.#quantumFrames * rateHz) / this.#contextRateHz
    moment.playable = line.position + ((moment.nowMs - line.ms) * rateHz) / 1000
    if (!this.#playing) {
      if (steering.prepare(moment) && this.#jump(stream, moment)) this.#playing = true
    } else {
      moment.readTo = feed.position
      moment.position = feed.position - resampler.ahead
      moment.gapFrames = feed.gapFrames
      switch (steering.step(moment, feed.missing)) {
        case 'jump':
          if (this.#jump(stream, moment)) this.#resyncs++
          else steering.stuck(moment)
          break
        case 'rewind':
          // A stream begins at 0, and what was before it can not be heard again.
          feed.seek(Math.max(0, feed.position - steering.rewindFrames))
          break
        case 'bend':
      }
    }
    if (!this.#playing) return
    this.#tellDelay(moment, rateHz)
    const { slots, at } = this.#control
    slots[at.playPosition] = feed.position - resampler.ahead
    slots[at.playMs] = moment.nowMs
  }

  /** The delay that is heard, and how far that is from the room's. Written where it is decided on, not chosen: see moment.ts. */
  #tellDelay({ playable, position, errorS }: Moment, rateHz: number): void {
    const { slots, at } = this.#control
    const steering = this.#steering
    if (steering.isStuck) slots[at.delayFrames] = playable - position
    else slots[at.delayFrames] = steering.targetFrames + steering.errorS * rateHz
    if (!steering.isInRoom) slots[at.roomErrorMs] = Number.NaN
    else if (steering.isStuck) slots[at.roomErrorMs] = errorS * 1000
    else slots[at.roomErrorMs] = steering.errorS * 1000
  }

  /** Lets go of a stream the line no longer names, and takes the announced one once the old has faded. */
  #follow(): void {
    const { serial } = this.#line
    const stream = this.#stream
    if (stream !== undefined && stream.serial !== serial) {
      stream.feed.detach()
      this.#playing = false
    }
    const next = this.#next
    if (next === undefined || next.serial !== serial || stream?.feed.silent === false) return
    if (stream !== undefined) {
      this.#episodesBefore += stream.feed.episodes
      this.#concealedBefore += stream.feed.concealedFrames
    }
    this.#stream = next
    this.#next = undefined
    this.#steering.begin(next.rateHz, next.serial)
  }

  /** Puts the playing position at the target behind `playable`, if the ring has what the next callback needs. */
  #jump(stream: Stream, { playable, burstFrames }: Moment): boolean {
    const from = Math.round(playable - this.#steering.targetFrames + stream.resampler.ahead)
    const needed = Math.ceil(burstFrames)
    if (from - stream.resampler.lead < 0 || this.#ring.available(from, needed) < needed) return false
    stream.feed.seek(from)
    this.#steering.jumped()
    return true
  }

  /** What everybody may know, after each quantum. */
  #publish(contextFrame: number): void {
    const { slots, at } = this.#control
    const levels = this.#levels
    const stream = this.#stream
    const playing = stream !== undefined && this.#playing
    slots[at.playSerial] = playing ? stream.serial : 0
    slots[at.playing] = playing ? 1 : 0
    slots[at.contextFrame] = contextFrame
    // The next frame to leave is the first of the next quantum.
    const next = contextFrame + this.#quantumFrames
    slots[at.contextZeroPosition] = playing
      ? stream.feed.position - stream.resampler.ahead - (next * stream.rateHz) / this.#contextRateHz
      : Number.NaN
    if (!playing) slots[at.roomErrorMs] = Number.NaN
    slots[at.ppm] = (this.#steering.rate.ratio - 1) * 1e6
    slots[at.underrunEpisodes] = this.#episodesBefore + (stream?.feed.episodes ?? 0)
    slots[at.concealedFrames] = this.#concealedBefore + (stream?.feed.concealedFrames ?? 0)
    slots[at.resyncs] = this.#resyncs
    slots[at.quanta] = (slots[at.quanta] as number) + 1
    slots[at.peakLeft] = levels.peakLeft
    slots[at.peakRight] = levels.peakRight
    slots[at.rmsLeft] = levels.rmsLeft
    slots[at.rmsRight] = levels.rmsRight
  }
}
