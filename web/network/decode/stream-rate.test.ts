import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OPUS_RATE_HZ } from '../../../src/shared/rungs.ts'
import { StreamRate } from './stream-rate.ts'

const HZ = 997

/** The sine at a frame of 48 kHz, of a phase that keeps its digits at any position. */
function at48(position: number): number {
  return Math.sin((2 * Math.PI * ((position % OPUS_RATE_HZ) * HZ)) / OPUS_RATE_HZ)
}

/** Pushes packets of 48 kHz from `from` on and returns what came out, by position of the stream. */
function run(rateHz: number, from: number, packets: readonly number[]) {
  const rate = new StreamRate(rateHz)
  const out = new Map<number, number>()
  rate.restart(from)
  let at = from
  for (const frames of packets) {
    const left = Float32Array.from({ length: frames }, (_, i) => at48(at + i))
    rate.push(left, left, frames)
    for (let i = 0; i < rate.frames; i++) out.set(rate.position + i, rate.left[i] as number)
    at += frames
  }
  return { rate, out, end: at }
}

const rates = fc.constantFrom(44_100, 48_000, 96_000, 32_000, 88_200)
const sizes = fc.array(fc.constantFrom(120, 240, 480, 960, 1, 7), { minLength: 3, maxLength: 12 })

test('whatever the rate, the place and the packets, each frame of the stream is at its own instant', () => {
  fc.assert(
    fc.property(rates, fc.nat(2 ** 40), sizes, (rateHz, from, packets) => {
      const { rate, out, end } = run(rateHz, from, packets)
      let worst = 0
      for (const [position, value] of out) {
        const seconds = (position % rateHz) / rateHz
        worst = Math.max(worst, Math.abs(value - Math.sin(2 * Math.PI * HZ * seconds)))
      }
      expect(worst).toBeLessThan(3e-4)
      // Nothing is left out between the first that has all of its window and the last.
      const positions = [...out.keys()]
      const perFrame = rateHz / OPUS_RATE_HZ
      if (positions.length === 0) return
      expect(positions.at(-1)).toBe((positions[0] as number) + positions.length - 1)
      expect((positions[0] as number) - from * perFrame).toBeLessThanOrEqual(rate.lead * perFrame + 1)
      expect(end * perFrame - (positions.at(-1) as number)).toBeLessThanOrEqual(
        (rate.lead + 1) * perFrame + 1,
      )
    }),
    { numRuns: 60 },
  )
})

test('two minutes of 44.1 kHz end where they should', () => {
  const rate = new StreamRate(44_100)
  const packet = new Float32Array(960)
  rate.restart(0)
  const packets = 120 * 50
  for (let i = 0; i < packets - 1; i++) rate.push(packet, packet, 960)
  // A packet that is a sine tells where it is.
  const from = (packets - 1) * 960
  const sine = packet.map((_, i) => at48(from + i))
  rate.push(sine, sine, 960)
  let worst = 0
  for (let i = 100; i < rate.frames; i++) {
    const seconds = ((rate.position + i) % 44_100) / 44_100
    worst = Math.max(worst, Math.abs((rate.left[i] as number) - Math.sin(2 * Math.PI * HZ * seconds)))
  }
  expect(worst).toBeLessThan(3e-4)
})

test('positions of 48 kHz are those of the stream, exactly where both are whole', () => {
  const rate = new StreamRate(44_100)
  expect(rate.toStream(160 * 1e9)).toBe(147 * 1e9)
  expect(rate.toStream(160 * 1e9 + 80)).toBe(147 * 1e9 + 73.5)
  expect(() => new StreamRate(44_100.5)).toThrow(RangeError)
})
