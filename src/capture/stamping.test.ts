import { describe, expect, test } from 'vitest'
import { mulberry32 } from './inputs/synth/random.ts'
import { Stamper } from './stamping.ts'

const RATE_HZ = 44100
const FRAMES = 128
const PERIOD_US = (FRAMES / RATE_HZ) * 1e6

/** A sound card with a clock of its own, seen through an event loop: true times in, delivered times out. */
class Card {
  readonly stamper = new Stamper(RATE_HZ, FRAMES)
  /** True frames since the start, lost ones included. */
  frames = 0
  readonly #random: () => number
  readonly #periodUs: number
  readonly #jitterUs: number
  #loopFreeUs = 0

  constructor(options: { ppm?: number; jitterUs?: number; seed?: number } = {}) {
    this.#periodUs = PERIOD_US / (1 + (options.ppm ?? 0) * 1e-6)
    this.#jitterUs = options.jitterUs ?? 0
    this.#random = mulberry32(options.seed ?? 1)
  }

  get trueUs(): number {
    return (this.frames / FRAMES) * this.#periodUs
  }
  /** What the stamper says minus the truth, of the last block. */
  get errorUs(): number {
    return this.stamper.captureUs - (this.trueUs - this.#periodUs)
  }
  /** Nothing is delivered before `us` from now have passed. */
  stall(us: number): void {
    this.#loopFreeUs = this.trueUs + us
  }
  lose(frames: number): void {
    this.frames += frames
  }
  blocks(count: number, each: () => void = () => {}, known = 0, overflow = false): void {
    for (let i = 0; i < count; i++) {
      this.frames += FRAMES
      const arrivalUs = Math.max(this.trueUs + this.#random() * this.#jitterUs, this.#loopFreeUs)
      this.stamper.take(arrivalUs, i === 0 ? known : 0, overflow && i === 0)
      each()
    }
  }
}
const SECOND = Math.round(RATE_HZ / FRAMES)

describe('capture time', () => {
  test('an even clock is stamped exactly', () => {
    const card = new Card()
    card.blocks(SECOND * 5, () => expect(Math.abs(card.errorUs)).toBeLessThan(0.01))
    expect(card.stamper.position).toBe(card.frames - FRAMES)
  })

  test.each([-300, 0, 300])('%i ppm and 1.5 ms of jitter: within 50 µs of the mean after 20 s', (ppm) => {
    const card = new Card({ ppm, jitterUs: 1500 })
    card.blocks(SECOND * 20)
    card.blocks(SECOND * 40, () => expect(Math.abs(card.errorUs - 750)).toBeLessThan(50))
    expect(card.stamper.gaps).toBe(0)
  })

  test('stalls up to 200 ms, with their bursts, do not pull the clock nor count as loss', () => {
    const card = new Card({ jitterUs: 500 })
    card.blocks(SECOND * 20)
    for (const stallMs of [5, 30, 60, 120, 200]) {
      card.stall(stallMs * 1000)
      card.blocks(SECOND, () => expect(Math.abs(card.errorUs - 250)).toBeLessThan(40))
    }
    expect(card.stamper.gaps).toBe(0)
  })

  test('a late first block does not make all the others early for long', () => {
    const card = new Card()
    card.stall(80_000)
    card.blocks(SECOND)
    expect(Math.abs(card.errorUs)).toBeLessThan(500)
    card.blocks(SECOND * 10)
    expect(Math.abs(card.errorUs)).toBeLessThan(50)
  })

  test('a source that writes 50 ms at once is not losing anything', () => {
    const stamper = new Stamper(RATE_HZ, FRAMES)
    for (let k = 0; k < SECOND * 20; k++) {
      const chunk = Math.floor(k / 17)
      stamper.take((chunk + 1) * 17 * PERIOD_US, 0, false)
    }
    expect(stamper.gaps).toBe(0)
    expect(Math.abs(stamper.captureUs - (SECOND * 20 - 1) * PERIOD_US)).toBeLessThan(17 * PERIOD_US)
  })
})

describe('gaps', () => {
  test('what is known to be lost moves position and clock at once', () => {
    const card = new Card()
    card.blocks(100)
    card.lose(640)
    card.blocks(1, undefined, 640)
    expect(card.stamper.position).toBe(card.frames - FRAMES)
    expect(Math.abs(card.errorUs)).toBeLessThan(0.01)
    expect([card.stamper.gaps, card.stamper.gapFrames]).toEqual([1, 640])
  })

  test.each([700, 1024, 9000, 44100])('%i frames lost without a word are found from the clock', (lost) => {
    const card = new Card({ jitterUs: 500 })
    card.blocks(SECOND * 20)
    card.lose(lost)
    card.blocks(SECOND)
    expect(card.stamper.gaps).toBe(1)
    // Sized by the least late block of the window: within the jitter, 0.5 ms.
    expect(Math.abs(card.stamper.gapFrames - lost)).toBeLessThan(22)
    expect(Math.abs(card.stamper.position - (card.frames - FRAMES))).toBeLessThan(22)
    card.blocks(SECOND * 10)
    expect(card.stamper.gaps).toBe(1)
  })

  test('lost and late at once: only what was lost counts', () => {
    const card = new Card()
    card.blocks(SECOND * 20)
    card.lose(1000)
    card.stall(60_000)
    card.blocks(SECOND)
    expect(card.stamper.gaps).toBe(1)
    expect(Math.abs(card.stamper.gapFrames - 1000)).toBeLessThan(3)
  })

  test('what a device can have buffered is a pause of its clock, unless it reports an overflow', () => {
    const paused = new Card()
    paused.blocks(SECOND * 20)
    const before = paused.stamper.position
    paused.lose(300)
    paused.blocks(SECOND)
    expect(paused.stamper.gaps).toBe(0)
    expect(paused.stamper.position).toBe(before + SECOND * FRAMES)
    expect(Math.abs(paused.errorUs)).toBeLessThan(300)

    const overflowed = new Card()
    overflowed.blocks(SECOND * 20)
    overflowed.lose(FRAMES + 300)
    overflowed.blocks(SECOND, undefined, FRAMES, true)
    expect(Math.abs(overflowed.stamper.gapFrames - (FRAMES + 300))).toBeLessThan(3)
  })

  test('a loss is believed six blocks after it', () => {
    const card = new Card()
    card.blocks(SECOND * 20)
    card.lose(700)
    card.blocks(6)
    expect(Math.abs(card.stamper.gapFrames - 700)).toBeLessThan(3)
    expect(card.stamper.position).toBe(card.frames - FRAMES)
  })

  test.each([
    [17, 1, 20_000],
    [8, 2, 15_000],
    [4, 2, 15_000],
  ])('of chunks of %d blocks, %d that are %d µs late have lost nothing', (size, late, byUs) => {
    const stamper = new Stamper(RATE_HZ, FRAMES)
    for (let chunk = 1; chunk <= 2000; chunk++) {
      const isLate = chunk > 1000 && chunk <= 1000 + late
      for (let block = 0; block < size; block++)
        stamper.take(chunk * size * PERIOD_US + (isLate ? byUs : 0) + block * 15, 0, false)
      if (chunk > 100) expect(Math.abs(stamper.captureUs - (chunk * size - 1) * PERIOD_US)).toBeLessThan(1000)
    }
    expect(stamper.gaps).toBe(0)
  })

  test('a device that delivers in pairs is believed as well', () => {
    const stamper = new Stamper(RATE_HZ, FRAMES)
    const pair = (k: number) => (Math.floor(k / 2) + 1) * 2 * PERIOD_US
    for (let k = 0; k < SECOND * 20; k++) stamper.take(pair(k), 0, false)
    expect(stamper.gaps).toBe(0)
    for (let k = SECOND * 20; k < SECOND * 20 + 8; k++) stamper.take(pair(k) + 20_000, 0, false)
    expect(stamper.gaps).toBe(1)
    expect(Math.abs(stamper.gapFrames - 882)).toBeLessThan(2 * FRAMES)
  })
})
