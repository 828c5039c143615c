import type { ControlBlock } from '../../src/shared/ring/control-block.ts'
import type { SampleRing } from '../../src/shared/ring/sample-ring.ts'

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
 */
export class RingWriter {
  readonly #ring: SampleRing
  readonly #control: ControlBlock
  #serial = 0
  /** One past the newest frame; -1 before the first. */
  #newest = -1
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
  }

  /** A stream begins. The ring is cleared by the caller. */
  begin(serial: number, rateHz: number): void {
    const frames = Math.round((rateHz * FADE_MS) / 1000)
    if (frames !== this.#rise.length) {
      this.#left = new Float32Array(frames)
      this.#right = new Float32Array(frames)
      this.#rise = new Float32Array(frames)
    }
    this.#serial = serial
    this.#newest = -1
    this.#seam = -1
  }

  /** One past the newest frame written; -1 before the first. */
  get newest(): number {
    return this.#newest
  }

  /** From now on another encoding is written: its first audio may overlap what is there. */
  turn(): void {
    this.#seam = this.#newest
    this.#held = 0
  }

  /** True while what comes repeats what is there, up to `end`: it is no news of the stream. */
  repeats(end: number): boolean {
    return this.#seam >= 0 && end <= this.#seam
  }

  /** True when all of it has been played, and some of it was not there. */
  late(position: number, frames: number): boolean {
    const control = this.#control
    return (
      control.get('playSerial') === this.#serial &&
      position + frames <= control.get('playPosition') &&
      !(this.repeats(position + frames) && this.#ring.available(position, frames) === frames)
    )
  }

  /** True for audio from before this turn of the ring: writing it would overwrite what is still to be played. */
  tooOld(position: number): boolean {
    return position < this.#newest - this.#ring.capacity
  }

  /** Interleaved Int16, from `offset` samples in, where no other encoding is overlapped (`plain`). */
  writeInt16(position: number, pcm: Int16Array, offset: number, frames: number): void {
    this.#count(position, frames)
    this.#ring.writeInt16(position, pcm, offset, frames)
    this.#reached(position + frames)
  }

  /** Nothing is overlapped: audio goes straight into the ring. */
  get plain(): boolean {
    return this.#seam < 0
  }

  /** Planar Float32 of the stream's own rate. `usual`: frames a packet has as a rule, by which what is missing is counted. */
  write(position: number, left: Float32Array, right: Float32Array, frames: number, usual = frames): void {
    this.#count(position, frames, usual)
    let done = 0
    if (this.#seam >= 0) {
      done = Math.min(frames, Math.max(0, this.#seam - position))
      // A hole in what is there is filled; the rest of it stays as it is.
      if (done > 0 && this.#ring.available(position, done) < done)
        this.#ring.writeFloat32(position, left, right, done)
      if (done > 0) this.#hold(position, left, right, done)
      if (position + frames < this.#seam) return
      this.#fade()
    }
    if (done < frames) this.#ring.writeFloat32(position + done, left, right, frames - done, done)
    this.#reached(position + frames)
  }

  /** Keeps the last fade's worth of what comes before the seam: it is blended in at once when the seam is reached. */
  #hold(position: number, left: Float32Array, right: Float32Array, frames: number): void {
    const room = this.#rise.length
    const count = Math.min(frames, room)
    const from = frames - count
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
    this.#control.set('newestPosition', end)
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
