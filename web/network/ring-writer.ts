import type { ControlBlock } from '../../src/shared/ring/control-block.ts'
import type { SampleRing } from '../../src/shared/ring/sample-ring.ts'
import { LIVE_SEGMENT, type Segment } from '../../src/shared/room/segments.ts'
import { isSameSound } from './room/same-sound.ts'
import { SegmentPaint } from './room/segment-paint.ts'
import { Seam } from './seam.ts'

/** Frames the worklet may have read beyond its playing position, besides bursts: its resampler's window. */
const READ_AHEAD_FRAMES = 64

/**
 * Writes decoded audio into the ring by position, and keeps count of what is missing. Thread: worker; nothing but
 * the constructor and `begin` allocates.
 *
 * Where another encoding takes over (`turn`), its audio overlaps what is there: it begins a little before the newest
 * frame. What is there stays, except for the last few milliseconds, which are cross-faded into the new; where the worklet
 * has come too near to the newest frame for that, the fade is shorter.
 *
 * The ring is addressed by room positions; callers say where in the stream their audio is, and `segment` what lies between.
 */
export class RingWriter {
  readonly #ring: SampleRing
  readonly #control: ControlBlock
  readonly #paint: SegmentPaint
  readonly #seam: Seam
  #serial = 0
  #segment: Segment = LIVE_SEGMENT
  /** From here on the segment's audio is written as it is. */
  #plainFrom = 0
  /** One past the newest frame; -1 before the first. */
  #newest = -1
  /** One past what has come and is held back; one past what had come before some of it was sent again. */
  #heldTo = 0
  #hadTo = 0

  constructor(ring: SampleRing, control: ControlBlock) {
    this.#ring = ring
    this.#control = control
    this.#paint = new SegmentPaint(ring)
    this.#seam = new Seam(ring)
  }

  /** A stream begins. The ring is cleared by the caller. */
  begin(serial: number, rateHz: number): void {
    this.#seam.begin(rateHz)
    this.#paint.begin(rateHz)
    this.#serial = serial
    this.#segment = LIVE_SEGMENT
    this.#plainFrom = 0
    this.#newest = -1
    this.#heldTo = 0
    this.#hadTo = 0
    this.#tellNewest()
  }

  /**
   * What is written from now on is of this segment and begins with it, also where something has come already. Returns
   * whether that was another sound.
   */
  segment(next: Segment): boolean {
    const before = this.#segment
    const newest = this.#newest
    const sameSound = isSameSound(next, before)
    this.#seam.close()
    if (!sameSound) {
      if (!before.muted) this.#endAt(next.from)
      this.#drop(next, newest)
      this.#plainFrom = next.muted ? Number.POSITIVE_INFINITY : next.from + this.#paint.fadeFrames
    } else if (next.from < before.from) {
      // Of the same sound what there is is right.
      this.#drop(next, Math.min(newest, before.from))
      this.#plainFrom = next.muted ? Number.POSITIVE_INFINITY : 0
    }
    if (!sameSound || next.from < before.from) this.#segment = next
    this.#newest = Math.min(this.#newest, next.from)
    this.#tellNewest()
    return !sameSound
  }

  /** Some of it is about to come again (`asBefore`), or other audio instead: only then it was in vain that it has come. */
  comesAgain(asBefore: boolean): void {
    this.#hadTo = asBefore ? Math.max(this.readyTo, this.#hadTo) : 0
  }

  /** One past what has come for the ring, and is held back until it is nearly due: the worklet is told of it. */
  set heldTo(position: number) {
    this.#heldTo = position
    this.#tellNewest()
  }

  /** One past what there is, in the ring or held back for it: not what has come once and is not there any more. */
  get readyTo(): number {
    return Math.max(this.#newest, this.#heldTo)
  }

  /** What lies between what there is and what is written next is not wanted: that is not missing. */
  skips(): void {
    this.#newest = -1
  }

  /** From now on another encoding is written: its first audio may overlap what is there. */
  turn(): void {
    this.#seam.open(this.#newest)
  }

  /** True while what comes repeats what is there, up to `end`: it is no news of the stream. */
  repeats(end: number): boolean {
    return end + this.#segment.shift <= this.#seam.at
  }

  /** True when the time of all of it has passed, some of it was not there, and it does not come again. */
  late(position: number, frames: number): boolean {
    const control = this.#control
    const at = position + this.#segment.shift
    return (
      control.get('playSerial') === this.#serial &&
      at + frames <= control.get('playPosition') &&
      at + frames > Math.max(this.#segment.from, this.#hadTo) &&
      this.#ring.available(at, frames) < frames
    )
  }

  /** True for audio from before this turn of the ring: writing it would overwrite what is still to be played. */
  tooOld(position: number): boolean {
    return position + this.#segment.shift < this.#newest - this.#ring.capacity
  }

  /** Interleaved Int16, from `offset` samples in, where it goes straight into the ring (`plain`). */
  writeInt16(position: number, pcm: Int16Array, offset: number, frames: number): void {
    const at = position + this.#segment.shift
    this.#count(at, frames)
    this.#ring.writeInt16(at, pcm, offset, frames)
    this.#reached(at + frames)
  }

  /** At `position` nothing is overlapped, cut off, faded or muted. */
  plain(position: number): boolean {
    return this.#seam.at < 0 && position + this.#segment.shift >= this.#plainFrom
  }

  /**
   * Planar Float32 of the stream's own rate; both arrays may be changed. `usual`: frames a packet has as a rule, by which
   * what is missing is counted.
   */
  write(position: number, left: Float32Array, right: Float32Array, frames: number, usual = frames): void {
    const { from, shift, muted } = this.#segment
    const cut = Math.max(0, from - position - shift)
    if (cut >= frames) return
    const at = position + shift + cut
    const end = position + shift + frames
    this.#count(at, end - at, usual)
    if (muted) {
      this.#paint.silence(at, end)
      if (end >= this.#seam.at) this.#seam.close()
    } else {
      if (at < this.#plainFrom) this.#paint.fadeIn(from, position + shift, left, right, frames)
      this.#writeOver(at, left, right, end - at, cut)
    }
    this.#reached(end)
  }

  /** Over what is there of another encoding, `offset` frames into both arrays. */
  #writeOver(at: number, left: Float32Array, right: Float32Array, frames: number, offset: number): void {
    let done = 0
    const seam = this.#seam
    if (seam.at >= 0) {
      done = Math.min(frames, Math.max(0, seam.at - at))
      // A hole in what is there is filled; the rest of it stays as it is.
      if (done > 0 && this.#ring.available(at, done) < done)
        this.#ring.writeFloat32(at, left, right, done, offset)
      if (done > 0) seam.hold(at, left, right, done, offset)
      if (at + frames < seam.at) return
      seam.fade(this.#playedTo())
    }
    if (done < frames) this.#ring.writeFloat32(at + done, left, right, frames - done, offset + done)
  }

  /** What has come of another sound, from where this segment begins to `to`. */
  #drop({ from, muted }: Segment, to: number): void {
    const begin = Math.max(from, this.#newest - this.#ring.capacity, 0)
    if (begin >= to) return
    if (muted) this.#paint.silence(begin, to)
    else this.#ring.erase(begin, to - begin)
  }

  /** What is heard ends there. What a decoder has kept back before that, a fade at most, is nothing to be concealed. */
  #endAt(from: number): void {
    const newest = this.#newest
    if (newest < 0 || from > newest + this.#paint.fadeFrames) return
    this.#paint.fadeOut(Math.min(newest, from), this.#playedTo())
    if (newest >= from) return
    this.#paint.silence(newest, from)
    this.#newest = from
  }

  /** What the worklet has read, or may read while this is being written: the burst it is at, and the next. */
  #playedTo(): number {
    const control = this.#control
    if (control.get('playSerial') !== this.#serial) return 0
    return control.get('playPosition') + 2 * control.get('burstFrames') + READ_AHEAD_FRAMES
  }

  #reached(end: number): void {
    if (end <= this.#newest) return
    this.#newest = end
    this.#tellNewest()
  }

  #tellNewest(): void {
    this.#control.set('newestPosition', Math.max(this.readyTo, this.#hadTo))
  }

  /** A hole counts as missing when it is jumped over, and no longer when it is filled after all. */
  #count(position: number, frames: number, usual = frames): void {
    if (this.#newest < 0) return
    const control = this.#control
    const hole = position - this.#newest
    if (hole > 0) control.add('packetsMissing', Math.max(1, Math.round(hole / usual)))
    else if (
      hole < 0 &&
      control.get('packetsMissing') > 0 &&
      this.#ring.available(position, Math.min(frames, -hole)) < Math.min(frames, -hole)
    )
      control.add('packetsMissing', -1)
  }
}
