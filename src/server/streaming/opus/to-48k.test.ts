import { expect, test } from 'vitest'
import { Alignment } from './alignment.ts'
import { To48k } from './to-48k.ts'

const AMPLITUDE = 12_000

/** Feeds a tone, in packets of these lengths in turn, and gives every output with its position. */
function convert(rateHz: number, hz: number, seconds: number, lengths: number[], origin = 0) {
  const out: number[] = []
  let first: number | undefined
  let apart = 0
  const to = new To48k(rateHz, (samples, frames, position) => {
    first ??= position
    expect(position).toBe(first + out.length)
    for (let i = 0; i < frames; i++) {
      apart = Math.max(apart, Math.abs((samples[2 * i + 1] as number) + (samples[2 * i] as number)))
      out.push(samples[2 * i] as number)
    }
  })
  const end = Math.round(seconds * rateHz)
  for (let at = 0, i = 0; at < end; i++) {
    const frames = lengths[i % lengths.length] as number
    const pcm = new Float32Array(frames * 2)
    for (let k = 0; k < frames; k++) {
      const x = (AMPLITUDE / 32_768) * Math.sin((2 * Math.PI * hz * (at + k)) / rateHz)
      pcm[2 * k] = x
      pcm[2 * k + 1] = -x
    }
    to.push(pcm, frames, origin + at)
    at += frames
  }
  // The right channel is the left one upside down; halves are rounded up in both.
  expect(apart).toBeLessThan(2)
  return { out, first: first as number }
}

test.each([
  [44_100, [128]],
  [44_100, [1, 700, 64]],
  [48_000, [120]],
  [88_200, [256]],
  [96_000, [127]],
  [22_050, [64]],
])('of %d Hz in packets of %j: each frame is what the tone is at its place', (rateHz, lengths) => {
  const { out, first } = convert(rateHz, 997, 10, lengths, 0)
  expect(first).toBe(0)
  expect(out.length).toBeGreaterThan(9.99 * 48_000)
  let worst = 0
  for (let m = 200; m < out.length; m++) {
    const ideal = AMPLITUDE * Math.sin((2 * Math.PI * 997 * m) / 48_000)
    worst = Math.max(worst, Math.abs((out[m] as number) - ideal))
  }
  // Half a step is rounding; a frame off by a hundredth would be 16 steps.
  expect(worst).toBeLessThan(1.5)
})

test('where in the stream it is makes no difference', () => {
  const { into, outOf } = new Alignment(44_100)
  const turns = 2 ** 40
  const here = convert(44_100, 997, 0.2, [128], 3)
  const far = convert(44_100, 997, 0.2, [128], 3 + turns * into)
  expect(far.first).toBe(here.first + turns * outOf)
  expect(far.out).toEqual(here.out)
})
