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
import { LEAD_FRAMES, Resampler } from './resampler.ts'
import { Steering } from './steering.ts'

/** Input frames one quantum may pull: 128 frames from 192 kHz into 44.1 kHz, with room. */
const MAX_PULL = 1024

/** What depends on a stream's rate; built off the render call, because it allocates. */
interface Stream {
  serial: number
  rateHz: number
  feed: Feed
  resampler: StereoResampler
}

/** What the engine needs of a resampler; a simulation that only asks when, not what, brings one that moves no samples. */
export type StereoResampler = Pick<Resampler, 'needed' | 'push' | 'render' | 'ahead'>

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
  readonly #bursts = new BurstMeter()
  readonly #steering: Steering
  readonly #levels: LevelMeter
  readonly #line: MediaLine = { serial: 0, ms: 0, position: 0, rateHz: 0 }
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
    this.#steering = new Steering(options.control)
    this.#levels = new LevelMeter(options.contextRateHz)
  }

  /** Announces a stream: it plays once the media line names its serial. Allocates; not for the render call. */
  openStream(serial: number, rateHz: number): void {
    this.#next = {
      serial,
      rateHz,
      feed: new Feed(this.#ring, rateHz),
      resampler: this.#makeResampler(Math.min(1, this.#contextRateHz / rateHz)),
    }
  }

  /**
   * Renders one quantum into both arrays. `contextFrame`: the context's frame counter; `dateMs`: Date.now().
   * Does not allocate, block or throw.
   */
  render(left: Float32Array, right: Float32Array, contextFrame: number, dateMs: number): void {
    const nowMs = dateMs - this.#control.get('dateSkewMs')
    this.#quantumFrames = left.length
    if (this.#bursts.onQuantum(nowMs)) this.#steer(nowMs)
    const stream = this.#stream
    if (stream === undefined || stream.feed.silent) {
      left.fill(0)
      right.fill(0)
    } else {
      const step = (this.#steering.rate.ratio * stream.rateHz) / this.#contextRateHz
      const frames = Math.min(stream.resampler.needed(left.length, step), MAX_PULL)
      stream.feed.pull(this.#left, this.#right, frames)
      stream.resampler.push(this.#left, this.#right, frames)
      stream.resampler.render(left, right, 0, left.length, step)
    }
    this.#levels.add(left, right)
    this.#publish(contextFrame)
  }

  /** Once per device callback: follow the line, start, jump, or bend the rate. */
  #steer(nowMs: number): void {
    const line = this.#line
    for (let tries = 0; tries < 3 && !this.#control.readLine(line); tries++);
    this.#follow(line.serial)
    const stream = this.#stream
    if (stream === undefined || stream.serial !== line.serial) return

    const steering = this.#steering
    const { feed, resampler, rateHz } = stream
    const burst = (this.#bursts.quanta * this.#quantumFrames * rateHz) / this.#contextRateHz
    const playable = line.position + ((nowMs - line.ms) * rateHz) / 1000
    if (!this.#playing) {
      if (steering.prepare(burst, nowMs) && this.#jump(stream, playable, burst)) this.#playing = true
    } else {
      const position = feed.position - resampler.ahead
      switch (steering.step(line, position, feed.position, feed.missing, burst, nowMs)) {
        case 'jump':
          if (this.#jump(stream, playable, burst)) this.#resyncs++
          break
        case 'rewind':
          feed.seek(feed.position - steering.rewindFrames)
          break
        case 'bend':
      }
      this.#control.set('delayFrames', steering.delayFrames)
    }
    if (this.#playing) this.#setPlayhead(stream, nowMs)
  }

  /** Lets go of a stream the line no longer names, and takes the announced one once the old has faded. */
  #follow(serial: number): void {
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
    this.#steering.begin(next.rateHz)
  }

  /** Puts the playing position at the target behind `playable`, if the ring has what the next callback needs. */
  #jump(stream: Stream, playable: number, burst: number): boolean {
    const from = Math.round(playable - this.#steering.targetFrames + stream.resampler.ahead)
    const needed = Math.ceil(burst)
    if (from - LEAD_FRAMES < 0 || this.#ring.available(from, needed) < needed) return false
    stream.feed.seek(from)
    this.#steering.jumped()
    return true
  }

  #setPlayhead(stream: Stream, nowMs: number): void {
    this.#control.set('playPosition', stream.feed.position - stream.resampler.ahead)
    this.#control.set('playMs', nowMs)
  }

  /** Called after a quantum, so the next frame to leave is the first of the next one. */
  #contextZeroPosition(contextFrame: number): number {
    const stream = this.#stream
    if (stream === undefined || !this.#playing) return Number.NaN
    const next = contextFrame + this.#quantumFrames
    return stream.feed.position - stream.resampler.ahead - (next * stream.rateHz) / this.#contextRateHz
  }

  #publish(contextFrame: number): void {
    const control = this.#control
    const feed = this.#stream?.feed
    control.set('playSerial', this.#playing ? (this.#stream?.serial ?? 0) : 0)
    control.set('playing', this.#playing ? 1 : 0)
    control.set('contextFrame', contextFrame)
    control.set('contextZeroPosition', this.#contextZeroPosition(contextFrame))
    control.set('ppm', (this.#steering.rate.ratio - 1) * 1e6)
    control.set('underrunEpisodes', this.#episodesBefore + (feed?.episodes ?? 0))
    control.set('concealedFrames', this.#concealedBefore + (feed?.concealedFrames ?? 0))
    control.set('resyncs', this.#resyncs)
    control.add('quanta', 1)
    control.set('peakLeft', this.#levels.peakLeft)
    control.set('peakRight', this.#levels.peakRight)
    control.set('rmsLeft', this.#levels.rmsLeft)
    control.set('rmsRight', this.#levels.rmsRight)
  }
}
