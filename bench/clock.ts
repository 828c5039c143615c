// Q: how well does a listener know the server's clock, and how soon after a step?
// Emulated: the way to the server (sim/clock-paths.ts) and two clocks 40 ppm apart, in virtual time: prober, estimate and time
//    line are the product's own. Exactly repeatable.
// Rows: one per path, over all seeds. mean, sd, p95: estimated less true server clock, from one minute on, ms; line p95: of the
//    slewed time line; drift: worst seed after 60 s, ppm; first: worst time to eight answers; sigma: the standard deviation it
//    claims, and the share of runs in which the rms was no larger; error: half the best round trip; step: worst seconds until a
//    step of 10 ms is within 1 ms of where the path lets it end. ±1 ppm: the drift swings by that in ten minutes.
// Budgets: sim/clock-figures.ts; besides, eight answers within 8 round trips + 0.2 s, sigma true in 90 % of the runs, no
//    step backwards.
import { defineBench } from './lib/bench.ts'
import { atMost, type Budget, makeReport, type Row } from './lib/report.ts'
import { round } from './lib/statistics.ts'
import {
  CLOCK_BUDGETS,
  type ClockFigures,
  clockFigures,
  FIRST_BEYOND_RTTS_MS,
  SIGMA_TRUE_SHARE,
} from './sim/clock-figures.ts'
import type { ClockPathName } from './sim/clock-paths.ts'

const NAMES = Object.keys(CLOCK_BUDGETS) as ClockPathName[]
const SWING_PPM = 1

export const bench = defineBench({
  name: 'clock',
  question: 'How well does a listener know the server’s clock, and how soon after a step?',
  options: {
    seeds: { fallback: 20, explain: 'runs per path, seeds 1 to this' },
    path: { fallback: '', explain: `one of ${NAMES.join(', ')}; else all` },
  },
  async run({ seeds, path }) {
    const names = NAMES.filter((name) => !path || name === path)
    if (names.length === 0) throw new Error(`no path "${path}"`)
    const steady = names.map((name) => clockFigures(name, seeds))
    const swinging = names.map((name) => clockFigures(name, seeds, SWING_PPM))
    return makeReport(
      'clock',
      names.flatMap((name, i) => budgetsOf(name, steady[i] as ClockFigures)),
      [...steady, ...swinging].map(row),
    )
  },
})

function budgetsOf(name: ClockPathName, figures: ClockFigures): Budget[] {
  const { p95Ms, stepS, driftPpm } = CLOCK_BUDGETS[name]
  const untrue = round(100 * (1 - figures.sigmaTrueShare))
  return [
    atMost(`${name}: error p95`, round(figures.p95Ms, 3), p95Ms, 'ms'),
    ...(driftPpm ? [atMost(`${name}: drift after 60 s`, round(figures.driftErrorPpm), driftPpm, 'ppm')] : []),
    ...(stepS ? [atMost(`${name}: step of 10 ms`, round(figures.stepS), stepS, 's')] : []),
    atMost(`${name}: first beyond 8 round trips`, round(figures.beyondRttsMs, 1), FIRST_BEYOND_RTTS_MS, 'ms'),
    atMost(`${name}: runs with sigma too small`, untrue, round(100 * (1 - SIGMA_TRUE_SHARE)), '%'),
    atMost(`${name}: time running backwards`, figures.backwards, 0, 'times'),
  ]
}

function row(figures: ClockFigures): Row {
  const { path, meanMs, sdMs, p95Ms, lineP95Ms, driftErrorPpm, firstMs, sigmaMs, errorMs, stepS } = figures
  return {
    path,
    meanMs: round(meanMs, 3),
    sdMs: round(sdMs, 3),
    p95Ms: round(p95Ms, 3),
    lineP95Ms: round(lineP95Ms, 3),
    driftErrorPpm: round(driftErrorPpm, 1),
    firstMs: round(firstMs, 1),
    sigmaMs: round(sigmaMs, 3),
    sigmaTrue: figures.sigmaTrueShare,
    errorMs: round(errorMs),
    stepS: round(stepS, 1),
  }
}
