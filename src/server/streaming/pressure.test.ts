import { describe, expect, test } from 'vitest'
import { PressureGauge } from './pressure.ts'

/** Ten seconds of packets of 5 ms, each handed out in `share` of that. */
function pass(gauge: PressureGauge, share: number): string {
  for (let i = 0; i < 2000; i++) gauge.add(5 * share, 5)
  return gauge.level
}

describe('what handing out takes', () => {
  test.each([
    [0.3, 'calm'],
    [0.5, 'crowded'],
    [0.9, 'overloaded'],
  ])('%f of the time is %s', (share, level) => {
    expect(pass(new PressureGauge(), share)).toBe(level)
  })

  test('what has been saved does not end it', () => {
    const gauge = new PressureGauge()
    pass(gauge, 0.9)
    expect(pass(gauge, 0.45)).toBe('overloaded')
    expect(pass(gauge, 0.23)).toBe('overloaded')
    expect(pass(gauge, 0.15)).toBe('crowded')
    expect(pass(gauge, 0.05)).toBe('calm')
  })

  test('one long packet is no pressure', () => {
    const gauge = new PressureGauge()
    gauge.add(300, 5)
    expect(gauge.level).toBe('calm')
  })
})
