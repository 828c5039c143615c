// Against an output whose delay is known exactly, read with the jitter browsers have.
import { expect, test } from 'vitest'
import { LeavingLine } from './leaving-line.ts'
import { OpeningLine } from './opening-line.ts'
import { OutputLead } from './output-lead.ts'

const ORIGIN_MS = 1_000_000
const BURST_MS = 10
/** The context began so long after the page. */
const START_MS = 500

/** Repeatable noise, even, between −0.5 and 0.5. */
function noise(): () => number {
  let state = 1
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state / 2 ** 31 - 0.5
  }
}

interface Output {
  lead: OutputLead
  /** Readings so far, 100 ms apart. */
  n: number
  random: () => number
  /** So much later than before leaves what is rendered. */
  lostMs: number
}

const begin = (): Output => ({ lead: new OutputLead(() => ORIGIN_MS), n: 0, random: noise(), lostMs: 0 })

/** One reading: the worklet's clock is good to a ms, the timestamps to 2, and one in eight is torn between two callbacks. */
function read(output: Output, leadMs: number, stamped = true): number {
  const { lead, random } = output
  const nowMs = START_MS + ++output.n * 100
  const torn = output.n % 8 === 0 ? BURST_MS : 0
  const performanceMs = nowMs - 3 + random()
  const contextTimeS = (performanceMs - START_MS - output.lostMs - leadMs + random()) / 1000
  lead.sample(
    {
      contextTimeS: stamped ? contextTimeS : 0,
      performanceMs: stamped ? performanceMs : 0,
      nowMs,
      baseLatencyS: 0.005,
      outputLatencyS: 0.016,
    },
    { zeroMs: ORIGIN_MS + START_MS + output.lostMs + random() + torn, burstMs: BURST_MS },
  )
  return nowMs
}

/** Before the first sound the timestamps are exact, and nobody knows yet when what is rendered leaves. */
function open(output: Output, leadMs: number): void {
  for (let i = 0; i < 6; i++) {
    const nowMs = START_MS + ++output.n * 100
    const contextTimeS = (nowMs - START_MS - leadMs) / 1000
    output.lead.sample(
      { contextTimeS, performanceMs: nowMs, nowMs },
      { zeroMs: Number.NaN, burstMs: BURST_MS },
    )
  }
}

test('after a second the lead is known, after twenty well', () => {
  const output = begin()
  for (let i = 0; i < 9; i++) read(output, 30)
  expect(output.lead.source).toBe('reported')
  for (let i = 0; i < 2; i++) read(output, 30)
  expect(output.lead.ms).toBeGreaterThan(29.5)
  expect(output.lead.ms).toBeLessThan(30.5)
  expect(output.lead.source).toBe('measured')
  const firstErrorMs = output.lead.errorMs as number
  for (let i = 0; i < 250; i++) read(output, 30)
  expect(Math.abs((output.lead.ms as number) - 30)).toBeLessThan(0.4)
  expect(output.lead.errorMs).toBeLessThan(firstErrorMs / 4)
})

test('an output that begins 8 ms off and creeps in is known by then, and does not go with it before', () => {
  const output = begin()
  for (let i = 0; i < 12; i++) read(output, 21)
  const firstMs = output.lead.ms as number
  for (let i = 0; i < 70; i++) read(output, 20 - 12 * Math.exp(-i / 30))
  expect(output.lead.ms).toBe(firstMs)
  for (let i = 0; i < 300; i++) read(output, 20)
  expect(Math.abs((output.lead.ms as number) - 20)).toBeLessThan(0.5)
})

test('another device behind the same name is taken at once when young, after twenty seconds later', () => {
  const output = begin()
  for (let i = 0; i < 50; i++) read(output, 20)
  for (let i = 0; i < 170; i++) read(output, 30)
  expect(Math.abs((output.lead.ms as number) - 30)).toBeLessThan(1)
  for (let i = 0; i < 1000; i++) read(output, 30)
  for (let i = 0; i < 150; i++) read(output, 70)
  expect(Math.abs((output.lead.ms as number) - 30)).toBeLessThan(1)
  for (let i = 0; i < 70; i++) read(output, 70)
  expect(Math.abs((output.lead.ms as number) - 70)).toBeLessThan(1)
  for (let i = 0; i < 300; i++) read(output, 40)
  expect(Math.abs((output.lead.ms as number) - 40)).toBeLessThan(1)
})

test('timestamps that are late by up to 3 ms most of the time are no nearer to the truth than the few that are not', () => {
  const output = begin()
  for (let i = 0; i < 300; i++) read(output, 21)
  for (let s = 0; s < 600; s++) {
    const lateMs = Math.max(0, 1.5 + 1.8 * Math.sin(s / 6))
    for (let i = 0; i < 10; i++) read(output, 20 + lateMs)
    if (s > 60) expect(Math.abs((output.lead.ms as number) - 20)).toBeLessThan(0.4)
  }
})

test('timestamps that a busy machine has spoilt, and that creep back, are no other device', () => {
  const output = begin()
  for (let i = 0; i < 200; i++) read(output, 23)
  for (let kick = 0; kick < 4; kick++) for (let i = 0; i < 20; i++) read(output, 23 + 30 - i * 1.5)
  expect(Math.abs((output.lead.ms as number) - 23)).toBeLessThan(0.5)
})

test('a device that has lost frames says for twenty seconds that it is quicker than it is', () => {
  const output = begin()
  for (let i = 0; i < 1000; i++) read(output, 20)
  for (let loss = 0; loss < 10; loss++) {
    output.lostMs += 2.9
    for (let i = 0; i < 70; i++) read(output, 20 - (i < 30 ? i / 6 : 5 - (i - 30) / 10))
    for (let i = 0; i < 120; i++) read(output, 19.4)
    for (let i = 0; i < 30; i++) read(output, 20)
    expect(Math.abs((output.lead.ms as number) - 20)).toBeLessThan(0.4)
  }
})

test('timestamps of a starved output that agree for nine seconds are not believed', () => {
  const output = begin()
  for (let i = 0; i < 300; i++) read(output, 21)
  for (let lie = 0; lie < 5; lie++) {
    for (let i = 0; i < 90; i++) read(output, 33)
    for (let i = 0; i < 90; i++) read(output, 21)
  }
  expect(Math.abs((output.lead.ms as number) - 21)).toBeLessThan(0.5)
})

test('timestamps that stay away after the output was measured leave it as it was', () => {
  const output = begin()
  for (let i = 0; i < 300; i++) read(output, 40)
  const ms = output.lead.ms
  for (let i = 0; i < 50; i++) read(output, 40, false)
  expect([output.lead.ms, output.lead.source]).toEqual([ms, 'measured'])
})

test('nothing is measured while the readings do not agree', () => {
  const output = begin()
  for (let i = 0; i < 30; i++) read(output, 20 + (i % 6) * 6)
  expect(output.lead.source).toBe('reported')
  for (let i = 0; i < 12; i++) read(output, 30)
  expect(Math.abs((output.lead.ms as number) - 30)).toBeLessThan(0.5)
})

test('another output is measured from the beginning; what is remembered is kept when it is near enough', () => {
  const output = begin()
  for (let i = 0; i < 50; i++) read(output, 30)
  output.lead.reset()
  expect(output.lead.ms).toBeUndefined()
  output.lead.reset(40)
  for (let i = 0; i < 9; i++) read(output, 50)
  expect([output.lead.ms, output.lead.source]).toEqual([40, 'remembered'])
  for (let i = 0; i < 3; i++) read(output, 50)
  expect(Math.abs((output.lead.ms as number) - 50)).toBeLessThan(0.5)
  output.lead.reset(48)
  for (let i = 0; i < 60; i++) read(output, 50)
  expect([output.lead.ms, output.lead.source]).toEqual([48, 'measured'])
  for (let i = 0; i < 1300; i++) read(output, 50)
  expect(Math.abs((output.lead.ms as number) - 50)).toBeLessThan(0.4)
})

test('what was remembered is kept while the readings of the first minute are late, and no longer', () => {
  const output = begin()
  output.lead.reset(20.3)
  for (let i = 0; i < 600; i++) read(output, 22.2)
  expect([output.lead.ms, output.lead.source]).toEqual([20.3, 'measured'])
  for (let i = 0; i < 700; i++) read(output, 22.2)
  expect(Math.abs((output.lead.ms as number) - 22.2)).toBeLessThan(0.4)
})

test('the timestamps of an output that opens are worth more than those of its first minute', () => {
  const output = begin()
  open(output, 20.3)
  for (let i = 0; i < 11; i++) read(output, 21 + i / 10)
  expect(Math.abs((output.lead.ms as number) - 20.3)).toBeLessThan(0.5)
  expect(output.lead.source).toBe('measured')
  const openedMs = output.lead.ms
  for (let i = 0; i < 400; i++) read(output, 22.2)
  expect(output.lead.ms).toBe(openedMs)
})

test.each([
  ['are of another time', 20, 30],
  ['are further off than those that come', 27, 22],
])('timestamps of an opening that %s count for nothing', (_why, openedMs, leadMs) => {
  const output = begin()
  open(output, openedMs)
  for (let i = 0; i < 11; i++) read(output, leadMs)
  expect(Math.abs((output.lead.ms as number) - leadMs)).toBeLessThan(0.5)
})

test('an opening that the window does not bear out is given up', () => {
  const output = begin()
  open(output, 20)
  for (let i = 0; i < 50; i++) read(output, 22.5)
  expect(Math.abs((output.lead.ms as number) - 20)).toBeLessThan(0.5)
  for (let i = 0; i < 250; i++) read(output, 18)
  expect(Math.abs((output.lead.ms as number) - 18)).toBeLessThan(0.4)
})

test.each<[string, (n: number) => [atMs: number, lineMs: number], number]>([
  ['in order', (n) => [n * 100, 700 + n / 10], 700],
  ['first of another time', (n) => [n * 100, n < 2 ? 40 : 700], 700],
  ['asked for too often', (n) => [n < 4 ? 0 : n * 100, n < 4 ? 40 : 700], 700],
  ['falling by 3 ms a second', (n) => [n * 100, 700 - n * 0.3], Number.NaN],
  ['late', (n) => [n * 100, n < 14 ? n * 10 : 700], Number.NaN],
])('timestamps of an output that opens, %s', (_how, at, lineMs) => {
  const opening = new OpeningLine()
  for (let n = 0; n < 40; n++) opening.add(...at(n))
  expect(opening.lineMs).toBe(lineMs)
})

test('without timestamps the browser is believed, and that is said', () => {
  const output = begin()
  for (let i = 0; i < 20; i++) read(output, 30, false)
  expect(output.lead.ms).toBeCloseTo(21)
  expect(output.lead.source).toBe('reported')
  // Timestamps that come later are better.
  for (let i = 0; i < 30; i++) read(output, 30)
  expect(Math.abs((output.lead.ms as number) - 30)).toBeLessThan(0.5)
  expect(output.lead.source).toBe('measured')
})

test('timestamps that leave out the device are no measurement', () => {
  const output = begin()
  for (let i = 0; i < 60; i++) read(output, 2)
  expect(output.lead.source).not.toBe('measured')
})

test('the line of what leaves the worklet is good to 0.2 ms, however the device drifts', () => {
  for (const ppm of [-100, 0, 100]) {
    const line = new LeavingLine()
    const random = noise()
    let atMs = 5000
    for (let n = 0; n < 300; n++) {
      atMs = 5000 + n * 100
      const torn = n % 9 === 0 ? BURST_MS : 0
      line.add(atMs, 700 + (atMs - 5000) * ppm * 1e-6 + random() + torn)
      if (n < 8) expect(line.contextTimeS(atMs)).toBeUndefined()
    }
    const laterMs = atMs + 1000
    const truth = laterMs - 700 - (laterMs - 5000) * ppm * 1e-6
    expect(Math.abs((line.contextTimeS(laterMs) as number) * 1000 - truth)).toBeLessThan(0.2)
  }
})

test.each([60, 3000])('a context that stood still for %i ms is known again after a second', (stoodMs) => {
  const line = new LeavingLine()
  const random = noise()
  for (let n = 0; n < 200; n++) line.add(n * 100, 700 + random())
  for (let n = 200; n < 210; n++) line.add(n * 100 + stoodMs, 700 + stoodMs + random())
  const nowMs = 21_000 + stoodMs
  expect((line.contextTimeS(nowMs) as number) * 1000).toBeCloseTo(21_000 - 700, -0.5)
})
