import { expect, test } from 'vitest'
import { Moment } from './moment.ts'
import { NeedHistogram } from './need-histogram.ts'
import { PROFILE_FIGURES } from './profile.ts'

const BURST_MS = 10

function histogram(forget = 0.998) {
  const needs = new NeedHistogram(forget)
  const moment = new Moment()
  moment.burstMs = BURST_MS
  let nowMs = 1_000_000
  return {
    needs,
    /** So many half-seconds with one callback every 10 ms; `needMs` of each. */
    windows(count: number, needMs: (window: number, callback: number) => number) {
      for (let w = 0; w < count; w++)
        for (let c = 0; c < 50; c++) {
          Object.assign(moment, { nowMs, needMs: needMs(w, c) })
          needs.add(moment)
          nowMs += 10
        }
    },
    jump(ms: number) {
      nowMs += ms
    },
    best(profile: keyof typeof PROFILE_FIGURES, open = false): number {
      needs.choose(PROFILE_FIGURES[profile], moment, open)
      return needs.bestMs
    },
  }
}

test('before anything was seen nothing is needed', () => {
  expect(histogram().best('stable')).toBe(0)
})

test('a window counts once, with the most that was needed in it', () => {
  const { needs, windows, best } = histogram()
  windows(400, (_, callback) => (callback === 25 ? 37.2 : 12))
  expect(needs.windows).toBe(399)
  // Up to the next half millisecond.
  expect(best('balanced')).toBe(37.5)
})

test.each([
  ['live', 5],
  ['balanced', 15],
  ['stable', 200],
] as const)('%s pays about %d ms against a glitch a minute', (profile, costMs) => {
  for (const [share, worth] of [
    [0.5, true],
    [2, false],
  ] as const) {
    const { windows, best } = histogram(0.9999)
    // One window in 120 is a glitch a minute: what it needs more is half, or twice, what that is worth.
    const neededMs = 12 + costMs * share
    windows(1200, (window) => (window % 120 === 60 ? neededMs : 12))
    expect(best(profile) >= neededMs).toBe(worth)
  }
})

test('more than the profile allows is given up, not aimed at', () => {
  const { windows, best } = histogram()
  // Every other window needs what live may not pay.
  windows(400, (window) => (window % 2 ? 300 : 12))
  expect(best('live')).toBe(12)
  expect(best('stable')).toBe(300)
})

test('one early stall is not a habit', () => {
  const { windows, best } = histogram()
  windows(3, () => 12)
  windows(1, () => 90)
  windows(4, () => 12)
  expect(best('balanced')).toBe(12)
})

test('what has not happened for long is forgotten, sooner by those that remember less', () => {
  const until = (forget: number) => {
    const { windows, best } = histogram(forget)
    windows(200, () => 60)
    let count = 0
    while (best('balanced') > 12 && count < 20_000) {
      windows(20, () => 12)
      count += 20
    }
    return count
  }
  const quick = until(0.995)
  const slow = until(0.999)
  expect(quick).toBeGreaterThan(100)
  expect(slow).toBeGreaterThan(1.5 * quick)
  expect(slow).toBeLessThan(20_000)
})

test('a window still open counts only when asked for, and then as if it ended now', () => {
  const { windows, best } = histogram()
  windows(61, () => 12)
  // One callback more: it closes the window before and begins the next.
  windows(1, () => 50)
  const closed = best('stable')
  expect(closed).toBe(12)
  expect(best('stable', true)).toBe(50)
})

test('a clock set forwards or back begins a window and loses none that were closed', () => {
  for (const ms of [3_600_000, -3_600_000]) {
    const { needs, windows, jump, best } = histogram()
    windows(100, () => 20)
    const before = needs.windows
    jump(ms)
    windows(2, () => 20)
    expect(needs.windows).toBeGreaterThanOrEqual(before)
    expect(needs.windows).toBeLessThanOrEqual(before + 2)
    expect(best('balanced')).toBe(20)
  }
})

test('needs below nothing and beyond all bounds are taken', () => {
  const { windows, best } = histogram()
  windows(100, (window) => (window % 2 ? -5000 : 1e9))
  expect(best('live')).toBeGreaterThanOrEqual(0)
  expect(Number.isFinite(best('live'))).toBe(true)
})
