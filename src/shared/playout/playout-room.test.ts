// What the whole engine tells of itself while it plays with a group: the delay that is heard, and how far from the line that is.
import { expect, test } from 'vitest'
import { ControlBlock, createControlBlock } from '../ring/control-block.ts'
import { createSampleRing, SampleRing } from '../ring/sample-ring.ts'
import { Playout } from './playout.ts'

const RATE = 48_000
const PER_MS = RATE / 1000
const BURST = 4 * 128

/** A listener whose ring has everything since `heldMs` before it came. */
class Listener {
  readonly control = new ControlBlock(createControlBlock())
  readonly #ring = new SampleRing(createSampleRing())
  readonly #playout = new Playout({ ring: this.#ring, control: this.control, contextRateHz: RATE })
  readonly #startPosition: number
  #nowMs = 1000
  #frame = 0
  #written: number
  #roomDelayMs = Number.NaN
  readonly #silence = new Float32Array(128)
  #serial = 1
  readonly #out = [new Float32Array(128), new Float32Array(128)] as const

  constructor(startMs: number, heldMs = 0) {
    this.#startPosition = startMs * PER_MS
    this.#written = this.#startPosition - heldMs * PER_MS
    this.control.set('roomJumpMs', 30)
    this.#playout.openStream(1, RATE)
  }

  /** The group's delay is this from the next callback on. */
  room(delayMs: number): void {
    this.#roomDelayMs = delayMs
  }

  /** The line is another stream's, which this listener has not been told of. */
  streamEnds(): void {
    this.#serial = 2
  }

  run(seconds: number): void {
    const { control } = this
    for (let left = seconds * RATE; left > 0; left -= BURST) {
      const position = this.#playable
      const line = { serial: this.#serial, ms: this.#nowMs, position, rateHz: RATE }
      for (; this.#written <= position; this.#written += 128)
        this.#ring.writeFloat32(this.#written, this.#silence, this.#silence, 128)
      control.set('newestPosition', this.#written)
      control.writeLine(line)
      if (!Number.isNaN(this.#roomDelayMs))
        control.writeRoom({ ...line, position: position - this.#roomDelayMs * PER_MS, slewPpm: 0 })
      for (let q = 0; q < 4; q++, this.#frame += 128)
        this.#playout.render(...this.#out, this.#frame, this.#nowMs)
      this.#nowMs += BURST / PER_MS
    }
  }

  get #playable(): number {
    return this.#startPosition + (this.#nowMs - 1000) * PER_MS
  }

  /** What it says, and what is so, in ms, at the start of the last callback. */
  get figures() {
    const { control } = this
    const playMs = control.get('playMs')
    const truth = this.#startPosition / PER_MS + playMs - 1000 - control.get('playPosition') / PER_MS
    const [saidMs, roomErrorMs] = [control.get('delayFrames') / PER_MS, control.get('roomErrorMs')]
    return { trueMs: Math.round(truth), saidMs: Math.round(saidMs), roomErrorMs: Math.round(roomErrorMs) }
  }
}

test('by itself it is in step with nobody', () => {
  const alone = new Listener(60_000)
  alone.run(2)
  const { trueMs, saidMs, roomErrorMs } = alone.figures
  expect(saidMs).toBe(trueMs)
  expect(roomErrorMs).toBeNaN()
})

test('on the line, the delay is the group’s, and nothing is between', () => {
  const member = new Listener(60_000, 1000)
  member.room(300)
  member.run(2)
  expect(member.figures).toEqual({ trueMs: 300, saidMs: 300, roomErrorMs: expect.closeTo(0) })
})

test('who can not go to the line, for what is heard there has not come, tells what is heard and how far off that is', () => {
  const member = new Listener(60_000)
  member.run(0.5)
  const { trueMs } = member.figures
  member.room(1200)
  member.run(0.5)
  expect(member.figures).toEqual({ trueMs, saidMs: trueMs, roomErrorMs: trueMs - 1200 })
  member.run(1)
  expect(member.figures).toEqual({ trueMs: 1200, saidMs: 1200, roomErrorMs: expect.closeTo(0) })
})

test('before the stream there is nothing to be in step with', () => {
  const member = new Listener(0)
  member.run(3)
  const { trueMs } = member.figures
  member.room(60_000)
  member.run(1)
  expect(member.figures).toEqual({ trueMs, saidMs: trueMs, roomErrorMs: Number.NaN })
})

test('when the stream ends there is nothing to be in step with any more', () => {
  const member = new Listener(60_000, 1000)
  member.room(300)
  member.run(2)
  member.streamEnds()
  member.run(1)
  expect(member.figures.roomErrorMs).toBeNaN()
})
