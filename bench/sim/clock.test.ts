// The clock over modelled ways to the server, in virtual time: what `npm run bench -- clock` prints is promised here.
import { describe, expect, test } from 'vitest'
import {
  CLOCK_BUDGETS,
  type ClockFigures,
  clockFigures,
  FIRST_BEYOND_RTTS_MS,
  SIGMA_TRUE_SHARE,
} from './clock-figures.ts'
import { CLOCK_PATHS, type ClockPathName } from './clock-paths.ts'
import { Random } from './random.ts'

const SEEDS = 20

describe.each(Object.keys(CLOCK_BUDGETS) as ClockPathName[])('%s', (name) => {
  const budget = CLOCK_BUDGETS[name]
  let figures: ClockFigures | undefined
  const known = () => {
    figures ??= clockFigures(name, SEEDS)
    return figures
  }

  test('the error stays in its budget, slewed or not, and says how large it is', () => {
    expect(known().p95Ms).toBeLessThanOrEqual(budget.p95Ms)
    expect(known().lineP95Ms).toBeLessThanOrEqual(budget.p95Ms)
    expect(known().sigmaTrueShare).toBeGreaterThanOrEqual(SIGMA_TRUE_SHARE)
  })

  test('eight answers take eight round trips and a bit', () => {
    expect(known().beyondRttsMs).toBeLessThanOrEqual(FIRST_BEYOND_RTTS_MS)
  })

  test('time never runs backwards', () => {
    expect(known().backwards).toBe(0)
  })

  // Only where the path has such a budget: a test that is not for this path is none, not one that is skipped.
  const { driftPpm, stepS } = budget
  if (driftPpm)
    test('drift is known after 60 s', () => {
      expect(known().driftErrorPpm).toBeLessThanOrEqual(driftPpm)
    })
  if (stepS)
    test('a step of 10 ms is absorbed', () => {
      expect(known().stepS).toBeLessThanOrEqual(stepS)
    })

  test('the path is what it says it takes', () => {
    const random = new Random(1)
    const path = CLOCK_PATHS[name]
    let sumMs = 0
    const count = 20_000
    for (let i = 0; i < count; i++) sumMs += path.upMs(random) + path.downMs(random)
    expect(sumMs / count).toBeGreaterThan(path.meanRttMs * 0.9)
    expect(sumMs / count).toBeLessThan(path.meanRttMs * 1.1)
  })
})
