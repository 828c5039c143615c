import { expect, test } from 'vitest'
import { Meters } from './meters.ts'

const RATE_HZ = 44100

/** Seconds of a full-scale-sine left at half level, silence right. */
function block(at: number, frames: number): Int16Array {
  const samples = new Int16Array(frames * 2)
  for (let i = 0; i < frames; i++)
    samples[i * 2] = Math.round(16384 * Math.sin((2 * Math.PI * 441 * (at + i)) / RATE_HZ))
  return samples
}

test.each([64, 128, 256])('20 windows a second with blocks of %i frames', (frames) => {
  const meters = new Meters(2, RATE_HZ, 16)
  let windows = 0
  const blocks = Math.ceil((RATE_HZ * 10) / frames)
  for (let k = 0; k < blocks; k++) if (meters.add(block(k * frames, frames))) windows++
  expect(windows).toBe(200)
})

test('peak and RMS of each channel, full scale is 1', () => {
  const meters = new Meters(2, RATE_HZ, 16)
  for (let at = 0; !meters.add(block(at, 128)); at += 128);
  expect(meters.peak[0]).toBeCloseTo(0.5, 3)
  expect(meters.rms[0]).toBeCloseTo(0.5 / Math.SQRT2, 2)
  expect(meters.peak[1]).toBe(0)
  expect(meters.rms[1]).toBe(0)
})

test('the most negative sample is full scale, and each window starts afresh', () => {
  const meters = new Meters(1, RATE_HZ, 16)
  meters.add(new Int16Array(2205).fill(-32768))
  expect([meters.peak[0], meters.rms[0]]).toEqual([1, 1])
  meters.add(new Int16Array(2205))
  expect([meters.peak[0], meters.rms[0]]).toEqual([0, 0])
})

test('24 bits: the same full scale, and what is below a step of 16 is seen', () => {
  const meters = new Meters(2, RATE_HZ, 24)
  const samples = new Int32Array(2205 * 2)
  for (let i = 0; i < samples.length; i += 2) {
    samples[i] = -(2 ** 31)
    samples[i + 1] = i % 4 === 0 ? 256 : -256
  }
  expect(meters.add(samples)).toBe(true)
  expect([meters.peak[0], meters.rms[0]]).toEqual([1, 1])
  expect([meters.peak[1], meters.rms[1]]).toEqual([2 ** -23, 2 ** -23])
})
