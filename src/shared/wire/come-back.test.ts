import { expect, test } from 'vitest'
import { comeBackReason, comeBackTimesMs, readComeBackMs } from './come-back.ts'

test('two hundred listeners are told to come back within 0.5 to 3 s, never two of them within 10 ms', () => {
  for (const random of [() => 0, () => 0.5]) {
    const timesMs = comeBackTimesMs(200, random)
    expect(timesMs).toHaveLength(200)
    expect(Math.min(...timesMs)).toBeGreaterThanOrEqual(500)
    expect(Math.max(...timesMs)).toBeLessThanOrEqual(3000)
    for (const [i, ms] of timesMs.slice(1).entries()) expect(ms - (timesMs[i] as number)).toBe(10)
  }
})

test('a thousand have the same 2.5 s, evenly', () => {
  const timesMs = comeBackTimesMs(1000, Math.random)
  for (let fromMs = 500; fromMs < 3000; fromMs += 100)
    expect(Math.abs(timesMs.filter((ms) => ms >= fromMs && ms < fromMs + 100).length - 40)).toBeLessThan(3)
  expect(Math.max(...timesMs)).toBeLessThan(3000)
})

test('one alone is not kept waiting, and nobody is nothing', () => {
  expect(comeBackTimesMs(1, () => 0.9)).toEqual([509])
  expect(comeBackTimesMs(0, Math.random)).toEqual([])
})

test('the reason of a close says it to people and programs, and is as short as it must be', () => {
  const reason = comeBackReason(1800)
  expect(reason).toBe('The server is restarting; retry in 1800 ms.')
  expect(Buffer.byteLength(comeBackReason(3000))).toBeLessThanOrEqual(123)
  expect(readComeBackMs(reason)).toBe(1800)
})

test.each([
  '',
  'The server is restarting.',
  'retry in soon ms',
  'retry in -5 ms',
  'retry in 61000 ms',
  'retry in 9999999 ms',
])('nothing is believed of "%s"', (reason) => expect(readComeBackMs(reason)).toBeUndefined())
