import { describe, expect, test } from 'vitest'
import { SystemLine } from './system-line.ts'

const LINE_MS = 1.79e12 + 0.37
/** What whole milliseconds show of a clock at this server clock. */
const read = (atUs: number, lineMs = LINE_MS) => Math.floor(lineMs + atUs / 1e3)

describe('the line of the system’s clock', () => {
  test('becomes finer than its whole milliseconds', () => {
    const line = new SystemLine()
    let lineMs = 0
    for (let atUs = 0; atUs < 5e6; atUs += 7_130) lineMs = line.take(atUs, read(atUs), atUs + 1)
    expect(lineMs).toBeCloseTo(LINE_MS, 1)
  })

  test('is not moved by an interruption in the middle of the reading', () => {
    const line = new SystemLine()
    let lineMs = 0
    for (let atUs = 0; atUs < 5e6; atUs += 7_130) lineMs = line.take(atUs, read(atUs), atUs + 1)
    expect(line.take(6e6, read(6e6), 6.05e6)).toBe(lineMs)
    expect(line.take(7e6, read(7.05e6), 7.05e6)).toBe(lineMs)
  })

  test('goes with whoever sets the clock', () => {
    const line = new SystemLine()
    line.take(0, read(0), 1)
    const setMs = LINE_MS - 3_600_000
    expect(Math.abs(line.take(1000, read(1000, setMs), 1001) - setMs)).toBeLessThanOrEqual(1)
  })
})
