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
  const out = mixed(new Mixer(3, 44100, STRAIGHT), input)
  for (let frame = 0; frame < 4096; frame++) {
    expect(out[frame * 2]).toBe(input[frame * 3])
    expect(out[frame * 2 + 1]).toBe(input[frame * 3 + 1])
  }
})

describe('a new mix', () => {
  test('is reached in 10 ms without a step, also when it changes again half way', () => {
    const mixer = new Mixer(3, 44100, STRAIGHT)
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
    const mixer = new Mixer(3, 44100, [
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
