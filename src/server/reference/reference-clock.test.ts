import { describe, expect, test } from 'vitest'
import { HOLD_MS, ReferenceClock } from './reference-clock.ts'
import type { Sample } from './sample.ts'
import { sampleOf } from './sample.ts'

const S = 1e6
const SYSTEM_MS = 1.79e12

/** An answer at this second that says the system's clock is behind by `aheadMs`. */
const sample = (second: number, aheadMs: number, errorMs = 5, server = 'a'): Sample => ({
  server,
  atUs: second * S,
  lineMs: SYSTEM_MS + aheadMs,
  errorMs,
  stratum: 2,
})

const aheadMs = (clock: ReferenceClock, second: number) =>
  (clock.at(second * S)?.lineMs ?? Number.NaN) - SYSTEM_MS

describe('one exchange', () => {
  const reply = { receivedMs: 5000.5, sentMs: 5000.7, stratum: 3, rootDistanceMs: 2 }

  test('gives the line through the middle, and half the round trip as doubt', () => {
    const { lineMs, errorMs, atUs } = sampleOf('a', reply, 1_000_000, 1_010_200)
    expect(atUs).toBe(1_005_100)
    expect(lineMs).toBeCloseTo(5000.6 - 1005.1, 6)
    expect(errorMs).toBeCloseTo(5 + 2, 6)
  })

  test('in which the server took longer than all of it is no exchange', () => {
    expect(() => sampleOf('a', { ...reply, sentMs: 5020 }, 1_000_000, 1_010_000)).toThrow(/longer/)
  })
})

describe('the reference', () => {
  test('is nobody’s before the first sample', () => {
    expect(new ReferenceClock().at(0)).toBeUndefined()
  })

  test('is the best of the last samples, each less sure the older it is', () => {
    const clock = new ReferenceClock()
    clock.take(sample(0, 40, 5, 'good'), SYSTEM_MS)
    clock.take(sample(64, 44, 20, 'poor'), SYSTEM_MS)
    expect(clock.at(64 * S)).toMatchObject({ server: 'good', lineMs: SYSTEM_MS + 40 })
    // 15 µs a second.
    expect(clock.at(1000 * S)?.errorMs).toBeCloseTo(5 + 15, 6)
  })

  test('does not remember a good sample for ever', () => {
    const clock = new ReferenceClock()
    for (let poll = 0; poll <= 8; poll++)
      clock.take(sample(poll * 64, poll === 0 ? 40 : 44, poll === 0 ? 1 : 20), SYSTEM_MS)
    expect(aheadMs(clock, 512)).toBe(44)
  })

  test('follows at once who differs by more than the errors, but less than a second', () => {
    const clock = new ReferenceClock()
    clock.take(sample(0, 0, 1), SYSTEM_MS)
    expect(clock.take(sample(64, 300, 20), SYSTEM_MS)).toBe('believed')
    expect(aheadMs(clock, 64)).toBe(300)
  })

  test('ends when no sample came for too long', () => {
    const clock = new ReferenceClock()
    clock.take(sample(0, 40), SYSTEM_MS)
    expect(clock.at(HOLD_MS * 1e3)).toBeDefined()
    expect(clock.at(HOLD_MS * 1e3 + 1)).toBeUndefined()
  })

  test('that was forgotten is nobody’s', () => {
    const clock = new ReferenceClock()
    clock.take(sample(0, 40), SYSTEM_MS)
    clock.forget()
    expect(clock.at(0)).toBeUndefined()
    expect(clock.syncedUs).toBeUndefined()
  })
})

describe('a jump of more than a second', () => {
  test('is believed when three polls in a row agree', () => {
    const clock = new ReferenceClock()
    clock.take(sample(0, 0), SYSTEM_MS)
    expect(clock.take(sample(16, 10_000), SYSTEM_MS)).toBe('doubted')
    expect(clock.take(sample(18, 10_001), SYSTEM_MS)).toBe('doubted')
    expect(aheadMs(clock, 18)).toBe(0)
    expect(clock.take(sample(20, 10_002), SYSTEM_MS)).toBe('believed')
    expect(aheadMs(clock, 20)).toBe(10_002)
  })

  test('also when it is the first thing heard', () => {
    const clock = new ReferenceClock()
    expect(clock.take(sample(0, -5000), SYSTEM_MS)).toBe('doubted')
    expect(clock.at(0)).toBeUndefined()
  })

  test('is not believed when the polls jump about, or somebody says in between that all is well', () => {
    const clock = new ReferenceClock()
    for (const [second, ahead] of [
      [0, 0],
      [2, 9000],
      [4, 9000],
      [6, 1],
      [8, 9000],
      [10, 9000],
      [12, 7000],
      [14, 9000],
      [16, 9000],
    ] as const)
      clock.take(sample(second, ahead), SYSTEM_MS)
    expect(aheadMs(clock, 16)).toBe(1)
  })

  test('is believed at once when the system’s clock has made it too, or most servers say so', () => {
    const clock = new ReferenceClock()
    clock.take(sample(0, 0), SYSTEM_MS)
    expect(clock.take(sample(16, 10_000), SYSTEM_MS + 10_000)).toBe('believed')
    expect(clock.take(sample(32, 90_000), SYSTEM_MS + 10_000, true)).toBe('believed')
    expect(aheadMs(clock, 32)).toBe(90_000)
  })

  test('of the system’s clock alone is nothing', () => {
    const clock = new ReferenceClock()
    clock.take(sample(0, 3), SYSTEM_MS)
    expect(clock.take(sample(16, 3), SYSTEM_MS + 3_600_000)).toBe('believed')
    expect(aheadMs(clock, 16)).toBe(3)
  })
})
