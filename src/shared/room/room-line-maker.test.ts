import { expect, test } from 'vitest'
import type { ClockEstimate } from '../clock/clock-sync.ts'
import type { DelaySchedule } from './delay-schedule.ts'
import { roomPositionAt } from './room-axis.ts'
import { RoomLineMaker } from './room-line-maker.ts'

const RATE = 48_000
const ANCHOR = { position: 1_000_000, captureUs: 3e6, rateHz: RATE }
const STEADY: DelaySchedule = { fromMs: 100, toMs: 100, atUs: 0 }
/** Server time is local time − 90 s. */
const CLOCK: ClockEstimate = {
  ...{ offsetMs: -90_000, errorMs: 1, networkMs: 1, drift: 0, sigmaMs: 0.1, atMs: 100_000, epoch: 1 },
}
const NOW_MS = 100_000

function maker(delay = STEADY, clock = CLOCK) {
  const made = new RoomLineMaker()
  made.setClock(clock, NOW_MS)
  made.follow(ANCHOR, delay, NOW_MS)
  return made
}

function lineOf(made: RoomLineMaker, nowMs: number, leadMs = 0) {
  const out = { serial: 1, ms: 0, position: 0, rateHz: 0, slewPpm: 0 }
  expect(made.fill(out, nowMs, leadMs)).toBe(true)
  return out
}

/** How far one line is ahead of another, ms. */
const aheadMs = (a: { position: number }, b: { position: number }) =>
  ((a.position - b.position) * 1000) / RATE

test('what leaves now is what the group hears when it is heard', () => {
  const made = maker()
  const { ms, position, rateHz, slewPpm } = lineOf(made, NOW_MS, 25)
  expect(ms).toBe(NOW_MS)
  // It is 10 s on the server; what is heard 25 ms later was captured 100 ms before that.
  expect(position).toBeCloseTo(1_000_000 + (10 - 3 + 0.025 - 0.1) * RATE, 6)
  expect(rateHz).toBe(RATE)
  expect(slewPpm).toBe(0)
})

test('there is no line before both group and clock are known, nor after it was forgotten', () => {
  const out = { serial: 1, ms: 0, position: 0, rateHz: 0, slewPpm: 0 }
  const made = new RoomLineMaker()
  expect(made.fill(out, NOW_MS, 0)).toBe(false)
  made.follow(ANCHOR, STEADY, NOW_MS)
  expect(made.ready).toBe(false)
  made.setClock(CLOCK, NOW_MS)
  expect(made.ready).toBe(true)
  made.forget()
  expect(made.fill(out, NOW_MS, 0)).toBe(false)
  expect(out.ms).toBe(0)
})

test('the clocks’ drift is in the line', () => {
  const made = maker(STEADY, { ...CLOCK, drift: 50e-6, atMs: NOW_MS - 10_000 })
  const line = lineOf(made, NOW_MS)
  expect(line.position).toBeCloseTo(1_000_000 + (10 - 3 - 0.1 + 0.0005) * RATE, 4)
  expect(line.rateHz).toBeCloseTo(RATE * (1 + 50e-6), 6)
  expect(lineOf(made, NOW_MS + 1000).position - line.position).toBeCloseTo(line.rateHz, 4)
})

test('while the delay is moved the line runs slower, or faster, from when it was announced for', () => {
  const made = maker({ fromMs: 100, toMs: 110, atUs: 11e6 })
  expect(lineOf(made, NOW_MS + 999).slewPpm).toBe(0)
  const moving = lineOf(made, NOW_MS + 2000)
  expect(moving.slewPpm).toBe(-1000)
  expect(moving.rateHz).toBeCloseTo(RATE * 0.999, 6)
  const later = lineOf(made, NOW_MS + 3000)
  expect(later.position - moving.position).toBeCloseTo(moving.rateHz, 4)
  expect(lineOf(made, NOW_MS + 11_001).slewPpm).toBe(0)
})

test('a move that is announced leaves the line as it is until it begins, also while another is going on', () => {
  const first = { fromMs: 100, toMs: 120, atUs: 11e6 }
  const made = maker(first)
  const second = { fromMs: 104, toMs: 90, atUs: 15e6 }
  made.follow(ANCHOR, second, NOW_MS + 3500)
  for (const [ms, delay] of [
    [3500, first],
    [4999, first],
    [5001, second],
    [9000, second],
  ] as const) {
    const wanted = roomPositionAt(ANCHOR, delay, (NOW_MS + ms - 90_000) * 1000)
    expect(aheadMs(lineOf(made, NOW_MS + ms), { position: wanted })).toBeCloseTo(0, 6)
  }
  // Told again, as every state does, nothing changes.
  made.follow(ANCHOR, { ...second }, NOW_MS + 4000)
  const wanted = roomPositionAt(ANCHOR, first, (NOW_MS + 4500 - 90_000) * 1000)
  expect(aheadMs(lineOf(made, NOW_MS + 4500), { position: wanted })).toBeCloseTo(0, 6)
})

test('a new clock that is 1 ms off moves the line by 0.2 ms a second', () => {
  const made = maker()
  const undisturbed = maker()
  made.setClock({ ...CLOCK, offsetMs: -89_999 }, NOW_MS)
  for (const [s, ms] of [
    [0, 0],
    [1, 0.2],
    [4, 0.8],
    [5, 1],
    [9, 1],
  ] as const)
    expect(aheadMs(lineOf(made, NOW_MS + s * 1000), lineOf(undisturbed, NOW_MS + s * 1000))).toBeCloseTo(
      ms,
      5,
    )
})

test('an anchor is everybody’s, and taken as it is; that it is being moved is told on', () => {
  const made = maker()
  const moved = { ...ANCHOR, captureUs: 3e6 + 400, rateHz: RATE * (1 - 700e-6), slewPpm: -700 }
  made.follow(moved, STEADY, NOW_MS)
  const line = lineOf(made, NOW_MS)
  expect(line.position).toBeCloseTo(roomPositionAt(moved, STEADY, (NOW_MS - 90_000) * 1000), 6)
  expect(line.rateHz).toBeCloseTo(RATE * (1 - 700e-6), 6)
  expect(line.slewPpm).toBe(-700)
})

test('what is off by more than 5 ms is put right at once, and anything while nobody hears it', () => {
  const far = maker()
  far.setClock({ ...CLOCK, offsetMs: -89_994 }, NOW_MS)
  expect(aheadMs(lineOf(far, NOW_MS), lineOf(maker(), NOW_MS))).toBeCloseTo(6, 5)
  const unheard = maker()
  unheard.setClock({ ...CLOCK, offsetMs: -89_999 }, NOW_MS, true)
  expect(aheadMs(lineOf(unheard, NOW_MS), lineOf(maker(), NOW_MS))).toBeCloseTo(1, 5)
})

test('what is known better of the output moves the line by 0.1 ms a second, and is told on as a move', () => {
  const made = maker()
  const undisturbed = maker()
  const aheadAt = (s: number, leadMs: number) =>
    aheadMs(lineOf(made, NOW_MS + s * 1000, leadMs), lineOf(undisturbed, NOW_MS + s * 1000, 20))
  expect(aheadAt(0, 20)).toBeCloseTo(0, 6)
  for (const s of [1, 2, 3]) {
    expect(aheadAt(s, 20.5)).toBeCloseTo(0.1 * s, 6)
    const line = lineOf(made, NOW_MS + s * 1000, 20.5)
    expect(line.slewPpm).toBeCloseTo(100, 6)
    expect(line.rateHz).toBeCloseTo(RATE * (1 + 100e-6), 6)
  }
  expect(aheadAt(6, 20.5)).toBeCloseTo(0.5, 6)
  expect(lineOf(made, NOW_MS + 6000, 20.5).slewPpm).toBe(0)
  expect(aheadAt(7, 20)).toBeCloseTo(0.4, 6)
  expect(lineOf(made, NOW_MS + 7000, 20).slewPpm).toBeCloseTo(-100, 6)
})

test('another output, an output that is new, and a trim that someone sets are where they are to be at once', () => {
  const made = maker()
  const out = { serial: 1, ms: 0, position: 0, rateHz: 0, slewPpm: 0 }
  const aheadAfter = (s: number, leadMs: number, trimMs = 0, atOnce = false) => {
    made.fill(out, NOW_MS + s * 1000, leadMs, trimMs, atOnce)
    expect(out.slewPpm).toBe(0)
    return aheadMs(out, lineOf(maker(), NOW_MS + s * 1000, 0))
  }
  expect(aheadAfter(0, 20)).toBeCloseTo(20, 5)
  expect(aheadAfter(1, 26)).toBeCloseTo(26, 5)
  expect(aheadAfter(2, 24, 0, true)).toBeCloseTo(24, 5)
  expect(aheadAfter(3, 24, 3)).toBeCloseTo(27, 5)
  made.forget()
  made.follow(ANCHOR, STEADY, NOW_MS + 4000)
  expect(aheadAfter(4, 22)).toBeCloseTo(22, 5)
})
