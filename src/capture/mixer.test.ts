import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mulberry32 } from './inputs/synth/random.ts'
import { Mixer, softClip } from './mixer.ts'

const STRAIGHT = [
  [1, 0, 0],
  [0, 1, 0],
]
const mixed = (mixer: Mixer, samples: Int16Array): Int16Array => {
  const out = new Int16Array((samples.length / 3) * 2)
  mixer.mix(samples, out)
  return out
}
const steady = (value: number, frames = 1000): Int16Array => new Int16Array(frames * 3).fill(value)
const left = (stereo: Int16Array): number[] => Array.from(stereo).filter((_, i) => i % 2 === 0)

test('at unity the output is the input bit for bit, up to full scale', () => {
  const random = mulberry32(3)
  const input = Int16Array.from({ length: 3 * 4096 }, () => Math.floor(random() * 65_536) - 32_768)
  const out = mixed(new Mixer(3, 44100, 16, STRAIGHT), input)
  for (let frame = 0; frame < 4096; frame++) {
    expect(out[frame * 2]).toBe(input[frame * 3])
    expect(out[frame * 2 + 1]).toBe(input[frame * 3 + 1])
  }
})

describe('a new mix', () => {
  test('is reached in 10 ms without a step, also when it changes again half way', () => {
    const mixer = new Mixer(3, 44100, 16, STRAIGHT)
    const out = left(mixed(mixer, steady(20_000, 10)))
    mixer.setGains([
      [0, 0, 0.5],
      [0, 0, 0],
    ])
    out.push(...left(mixed(mixer, steady(20_000, 200))))
    mixer.setGains([
      [1.2, 0, 0],
      [0, 0, 0],
    ])
    out.push(...left(mixed(mixer, steady(20_000, 1000))))
    const largest = out.reduce((step, value, i) => Math.max(step, Math.abs(value - (out[i - 1] ?? value))), 0)
    expect(largest).toBeLessThan((20_000 * 1.2) / 441 + 2)
    expect(out.at(-1)).toBe(24_000)
    expect(out[10 + 200 + 440]).toBe(24_000)
    expect(out[10 + 200 + 430]).not.toBe(24_000)
  })
})

describe('above full scale', () => {
  test('the curve is even, smooth, rising, and never passes full scale', () => {
    let before = softClip(0)
    for (let value = 1; value < 200_000; value += 7) {
      const bent = softClip(value)
      expect(softClip(-value)).toBe(-bent)
      expect(bent).toBeGreaterThanOrEqual(before)
      expect(bent - before).toBeLessThanOrEqual(7.001)
      expect(bent).toBeLessThanOrEqual(32767)
      before = bent
    }
  })

  test('is counted once a frame', () => {
    const mixer = new Mixer(3, 44100, 16, [
      [1, 1, 1],
      [1, 1, 1],
    ])
    mixed(mixer, steady(10_000, 50))
    expect(mixer.clippedFrames).toBe(0)
    const out = mixed(mixer, steady(-20_000, 50))
    expect(mixer.clippedFrames).toBe(50)
    expect(Math.min(...out)).toBeGreaterThanOrEqual(-32768)
  })
})

test('the lowest value turned over is bent and counted, not turned back', () => {
  const mixer = new Mixer(3, 44100, 16, [
    [-1, 0, 0],
    [0, 0.5, -0.5],
  ])
  const out = mixed(mixer, new Int16Array([-32768, 32767, -32768]))
  expect(Math.min(...out)).toBeGreaterThan(31_000)
  expect(mixer.clippedFrames).toBe(1)
})

describe('24 bits', () => {
  const mixed24 = (mixer: Mixer, samples: Int32Array): Float32Array => {
    const out = new Float32Array((samples.length / 3) * 2)
    mixer.mix(samples, out)
    return out
  }
  const loud = [
    [1, 1, 0.5],
    [0, -1.5, 1],
  ]

  test('at unity every value there is comes out as itself', () => {
    const mixer = new Mixer(3, 44100, 24, STRAIGHT)
    const input = new Int32Array(3 * 65_536)
    let wrong = 0
    for (let value = -(2 ** 23); value < 2 ** 23; ) {
      const first = value
      for (let i = 0; i < input.length; i += 3, value++) {
        input[i] = value << 8
        input[i + 1] = (-1 - value) << 8
      }
      const out = mixed24(mixer, input)
      for (let i = 0; i < out.length; i += 2) {
        const wanted = first + i / 2
        if ((out[i] as number) * 2 ** 23 !== wanted || (out[i + 1] as number) * 2 ** 23 !== -1 - wanted)
          wrong++
      }
    }
    expect(wrong).toBe(0)
    expect(mixer.clippedFrames).toBe(0)
  })

  test('is the mix of 16 bits before it is rounded, clipping included', () => {
    const frame = fc.array(fc.integer({ min: -32768, max: 32767 }), { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 50 }), (frames) => {
        const samples = frames.flat()
        const coarse = new Mixer(3, 44100, 16, loud)
        const fine = new Mixer(3, 44100, 24, loud)
        const rounded = mixed(coarse, Int16Array.from(samples))
        mixed24(
          fine,
          Int32Array.from(samples, (sample) => sample * 65_536),
        ).forEach((value, i) => {
          expect(Math.abs(value * 32768 - (rounded[i] as number))).toBeLessThanOrEqual(0.502)
          expect(Math.abs(value)).toBeLessThanOrEqual(1)
        })
        expect(fine.clippedFrames).toBeLessThanOrEqual(coarse.clippedFrames)
      }),
      { seed: 5 },
    )
  })

  test('above full scale it is bent, and counted once a frame', () => {
    const mixer = new Mixer(3, 44100, 24, loud)
    const steadily = (value: number): Float32Array => mixed24(mixer, new Int32Array(3 * 50).fill(value))
    steadily(2 ** 29)
    expect(mixer.clippedFrames).toBe(0)
    const out = steadily(2 ** 31 - 256)
    expect(mixer.clippedFrames).toBe(50)
    expect(Math.max(...out)).toBeGreaterThan(0.95)
    expect(Math.max(...out)).toBeLessThan(1)
  })

  test('a new mix is ramped to', () => {
    const mixer = new Mixer(3, 44100, 24, STRAIGHT)
    const input = new Int32Array(3 * 1000).fill(2 ** 30)
    mixer.setGains([
      [0.5, 0, 0],
      [0, 0, 0],
    ])
    const out = Array.from(mixed24(mixer, input)).filter((_, i) => i % 2 === 0)
    out.forEach((value, i) => {
      expect(value).toBeCloseTo(Math.max(0.25, 0.5 - (0.25 * (i + 1)) / 441), 6)
    })
    expect(out.at(-1)).toBe(0.25)
  })
})
