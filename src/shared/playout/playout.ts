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
import { RateControl } from './rate-control.ts'
import { LEAD_FRAMES, Resampler } from './resampler.ts'

/**
 * A time error above this, in so many callbacks running, is jumped with a cross-fade instead of bent away: a device
 * that stood still for 50 ms has been heard anyway, and at 3,000 ppm it would be 17 s until the delay is back. A
 * callback that is merely late is followed by one that is early.
 */
const FAR_S = 0.006
const FAR_CALLBACKS = 3
/** Packets that are further behind the line than ordinary jitter takes them (2.9 ms at 44.1 kHz). */
const LATE_FRAMES = 128
/** Input frames one quantum may pull: 128 frames from 192 kHz into 44.1 kHz, with room. */
const MAX_PULL = 1024

/** What depends on a stream's rate; built off the render call, because it allocates. */
interface Stream {
  serial: number
  rateHz: number
  feed: Feed
  resampler: Resampler
}

export interface PlayoutOptions {
  ring: SampleRing
  control: ControlBlock
  contextRateHz: number
}

export class Playout {
  readonly #ring: SampleRing
  readonly #control: ControlBlock
  readonly #contextRateHz: number
  readonly #bursts = new BurstMeter()
  readonly #rate = new RateControl()
  readonly #levels: LevelMeter
  readonly #line: MediaLine = { serial: 0, ms: 0, position: 0, rateHz: 0 }
  readonly #left = new Float32Array(MAX_PULL)
  readonly #right = new Float32Array(MAX_PULL)
  #stream: Stream | undefined
  #next: Stream | undefined
  #playing = false
  #quantumFrames = 128
  #lastSteerMs = 0
  #farCallbacks = 0
  #resyncs = 0
  /** Counted by feeds of earlier streams. */
  #episodesBefore = 0
  #concealedBefore = 0

  constructor(options: PlayoutOptions) {
    this.#ring = options.ring
    this.#control = options.control
    this.#contextRateHz = options.contextRateHz
    this.#levels = new LevelMeter(options.contextRateHz)
  }

  /** Announces a stream: it plays once the media line names its serial. Allocates; not for the render call. */
  openStream(serial: number, rateHz: number): void {
    this.#next = {
      serial,
      rateHz,
      feed: new Feed(this.#ring, rateHz),
      resampler: new Resampler(Math.min(1, this.#contextRateHz / rateHz)),
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
      const step = (this.#rate.ratio * stream.rateHz) / this.#contextRateHz
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
    const dtS = (nowMs - this.#lastSteerMs) / 1000
    this.#lastSteerMs = nowMs
    const line = this.#line
    for (let tries = 0; tries < 3 && !this.#control.readLine(line); tries++);
    this.#follow(line.serial)
    const stream = this.#stream
    if (stream === undefined || stream.serial !== line.serial) return

    const playable = line.position + ((nowMs - line.ms) * line.rateHz) / 1000
    const target = this.#targetFrames(stream.rateHz)
    const position = stream.feed.position - stream.resampler.ahead
    if (!this.#playing) {
      if (target > 0 && this.#jump(stream, playable - target)) {
        this.#playing = true
        this.#setPlayhead(stream, nowMs)
      }
      return
    }
    const errorS = (playable - position - target) / stream.rateHz
    // A source whose clock paused looks like too much delay until the line has noticed; what is not there yet says so.
    const sourceIsLate = this.#control.get('newestPosition') < playable - LATE_FRAMES
    const far = errorS < -FAR_S || (errorS > FAR_S && !sourceIsLate)
    this.#farCallbacks = far ? this.#farCallbacks + 1 : 0
    if (this.#farCallbacks >= FAR_CALLBACKS && this.#jump(stream, playable - target)) this.#resyncs++
    else this.#rate.step(errorS, dtS, stream.feed.missing)
    this.#setPlayhead(stream, nowMs)
    this.#control.set('delayFrames', target + this.#rate.errorS * stream.rateHz)
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
  }

  /** Burst plus margin, in stream frames; 0 while the burst is not known yet. */
  #targetFrames(rateHz: number): number {
    const burst = (this.#bursts.quanta * this.#quantumFrames * rateHz) / this.#contextRateHz
    const fixed = this.#control.get('fixedTargetFrames')
    const target = burst === 0 ? 0 : fixed > 0 ? fixed : burst + this.#control.get('marginFrames')
    this.#control.set('burstFrames', burst)
    this.#control.set('targetFrames', target)
    return target
  }

  /** Puts the playing position at `position`, if the ring has what the next callback needs from there. */
  #jump(stream: Stream, position: number): boolean {
    const from = Math.round(position + stream.resampler.ahead)
    const burst = Math.ceil(this.#control.get('burstFrames'))
    if (from - LEAD_FRAMES < 0 || this.#ring.available(from, burst) < burst) return false
    stream.feed.seek(from)
    this.#rate.restart()
    this.#farCallbacks = 0
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
    control.set('ppm', (this.#rate.ratio - 1) * 1e6)
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
