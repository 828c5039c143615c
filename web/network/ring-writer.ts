import type { ControlBlock } from '../../src/shared/ring/control-block.ts'
import type { SampleRing } from '../../src/shared/ring/sample-ring.ts'
import { LIVE_SEGMENT, type Segment } from '../../src/shared/room/segments.ts'
import { isSameSound } from './room/same-sound.ts'
import { SegmentPaint } from './room/segment-paint.ts'

/** Cross-fade from one encoding to the next, at equal positions. */
const FADE_MS = 5
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
  #serial = 0
  #segment: Segment = LIVE_SEGMENT
  /** From here on the segment's audio is written as it is. */
  #plainFrom = 0
  /** One past the newest frame; -1 before the first. */
  #newest = -1
  /** One past what has come and is held back. */
  #heldTo = 0
  /** Where the audio that was there ends, while another encoding has not come so far; -1: it has. */
  #seam = -1
  /** What has come of the frames right before `#heldEnd`, at most a fade: the last `#held` of both arrays. */
  #left = new Float32Array(0)
  #right = new Float32Array(0)
  #rise = new Float32Array(0)
  #held = 0
  #heldEnd = -1

  constructor(ring: SampleRing, control: ControlBlock) {
    this.#ring = ring
    this.#control = control
    this.#paint = new SegmentPaint(ring)
  }

  /** A stream begins. The ring is cleared by the caller. */
  begin(serial: number, rateHz: number): void {
    const frames = Math.round((rateHz * FADE_MS) / 1000)
    if (frames !== this.#rise.length) {
      this.#left = new Float32Array(frames)
      this.#right = new Float32Array(frames)
      this.#rise = new Float32Array(frames)
    }
    this.#paint.begin(rateHz)
    this.#serial = serial
    this.#segment = LIVE_SEGMENT
    this.#plainFrom = 0
    this.#newest = -1
    this.#heldTo = 0
    this.#seam = -1
  }

  /** What is written from now on is of this segment, which other audio may have come for. False: it is as it was. */
  segment(next: Segment): boolean {
    const before = this.#segment
    const sameSound = isSameSound(next, before)
    if (sameSound && next.from >= before.from) return false
    this.#segment = next
    this.#plainFrom = next.muted ? Number.POSITIVE_INFINITY : next.from + this.#paint.fadeFrames
    this.#seam = -1
    this.#held = 0
    // The same sound from earlier on: what there is of it is right.
    const wrongTo = sameSound ? Math.min(this.#newest, before.from) : this.#newest
    if (!before.muted && !sameSound) this.#endAt(next.from)
    const wrongFrom = Math.max(next.from, this.#newest - this.#ring.capacity, 0)
    if (wrongFrom < wrongTo) {
      if (next.muted) this.#paint.silence(wrongFrom, wrongTo)
      else this.#ring.erase(wrongFrom, wrongTo - wrongFrom)
    }
    if (!sameSound && next.from < this.#newest) this.#newest = next.from
    this.#tellNewest()
    return true
  }

  /** One past what has come for the ring, and is held back until it is nearly due: the worklet is told of it. */
  set heldTo(position: number) {
    this.#heldTo = position
    this.#tellNewest()
  }

  /** From now on another encoding is written: its first audio may overlap what is there. */
  turn(): void {
    this.#seam = this.#newest
    this.#held = 0
  }

  /** True while what comes repeats what is there, up to `end`: it is no news of the stream. */
  repeats(end: number): boolean {
    return this.#seam >= 0 && end + this.#segment.shift <= this.#seam
  }

  /** True when all of it has been played, and some of it was not there. */
  late(position: number, frames: number): boolean {
    const control = this.#control
    const at = position + this.#segment.shift
    return (
      control.get('playSerial') === this.#serial &&
      at + frames <= control.get('playPosition') &&
      at + frames > this.#segment.from &&
      !(this.repeats(position + frames) && this.#ring.available(at, frames) === frames)
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
    return this.#seam < 0 && position + this.#segment.shift >= this.#plainFrom
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
      if (end >= this.#seam) this.#seam = -1
    } else {
      if (at < this.#plainFrom) this.#paint.fadeIn(from, position + shift, left, right, frames)
      this.#writeOver(at, left, right, end - at, cut)
    }
    this.#reached(end)
  }

  /** Over what is there of another encoding, `offset` frames into both arrays. */
  #writeOver(at: number, left: Float32Array, right: Float32Array, frames: number, offset: number): void {
    let done = 0
    if (this.#seam >= 0) {
      done = Math.min(frames, Math.max(0, this.#seam - at))
      // A hole in what is there is filled; the rest of it stays as it is.
      if (done > 0 && this.#ring.available(at, done) < done)
        this.#ring.writeFloat32(at, left, right, done, offset)
      if (done > 0) this.#hold(at, left, right, done, offset)
      if (at + frames < this.#seam) return
      this.#fade()
    }
    if (done < frames) this.#ring.writeFloat32(at + done, left, right, frames - done, offset + done)
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

  /** Keeps the last fade's worth of what comes before the seam: it is blended in at once when the seam is reached. */
  #hold(position: number, left: Float32Array, right: Float32Array, frames: number, offset: number): void {
    const room = this.#rise.length
    const count = Math.min(frames, room)
    const from = offset + frames - count
    if (position !== this.#heldEnd) this.#held = 0
    const drop = Math.max(0, this.#held + count - room)
    this.#left.copyWithin(room - this.#held - count + drop, room - this.#held + drop)
    this.#right.copyWithin(room - this.#held - count + drop, room - this.#held + drop)
    for (let i = 0; i < count; i++) {
      this.#left[room - count + i] = left[from + i] as number
      this.#right[room - count + i] = right[from + i] as number
    }
    this.#held += count - drop
    this.#heldEnd = position + frames
  }

  /** The seam is reached: from the old to the new over what is held and not yet being played. */
  #fade(): void {
    const seam = this.#seam
    this.#seam = -1
    if (this.#held === 0 || this.#heldEnd !== seam) return
    const room = this.#rise.length
    const from = Math.max(seam - this.#held, Math.ceil(this.#playedTo()))
    const frames = seam - from
    if (frames <= 0 || this.#ring.available(from, frames) < frames) return
    for (let i = 0; i < frames; i++)
      this.#rise[room - frames + i] = 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / frames)
    this.#ring.blendFloat32(from, this.#left, this.#right, this.#rise, room - frames, frames)
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
    this.#control.set('newestPosition', Math.max(this.#newest, this.#heldTo))
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
