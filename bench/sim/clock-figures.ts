// What a path does to the clock, over several seeds, and what it has to be.
import { percentile } from '../lib/statistics.ts'
import { CLOCK_PATHS, type ClockPathName } from './clock-paths.ts'
import { type ClockRun, runClock } from './clock-run.ts'

const DRIFT_PPM = 40
const STEP_MS = 10
/** In the middle of what is played back, at another phase of the probes' ten seconds for each seed, ms. */
const STEP_AT_MS = 300_000
const STEP_MINUTES = 6
const MINUTES = 10

export interface ClockFigures {
  path: string
  /** Estimated less true offset after the first minute, all seeds, ms. */
  meanMs: number
  sdMs: number
  /** Of its size. */
  p95Ms: number
  /** The same of the slewed time line. */
  lineP95Ms: number
  /** After 60 s, of the worst seed, ppm. */
  driftErrorPpm: number
  /** The worst seed's first eight answers, ms, and that less what eight round trips of this path take on average. */
  firstMs: number
  beyondRttsMs: number
  /** What the estimate says its standard deviation is, and in what share of the runs that was no less than the true rms. */
  sigmaMs: number
  sigmaTrueShare: number
  /** Half the best round trip, as the page shows it. */
  errorMs: number
  /** The worst seed's seconds to get over a step of 10 ms, less the path's bias. */
  stepS: number
  backwards: number
}

export interface ClockBudget {
  p95Ms: number
  /** Not promised where the path's own queueing is of the size of the step. */
  stepS?: number
  driftPpm?: number
}

export const FIRST_BEYOND_RTTS_MS = 200
export const SIGMA_TRUE_SHARE = 0.9
/** A path that is 2 ms longer one way is off by 1 ms for good: nothing measured between its ends can tell. */
export const CLOCK_BUDGETS: Record<ClockPathName, ClockBudget> = {
  lan: { p95Ms: 0.05, stepS: 15, driftPpm: 5 },
  'wifi-good': { p95Ms: 0.15, stepS: 15, driftPpm: 5 },
  'wifi-asymmetric': { p95Ms: 0.6, stepS: 15 },
  wan: { p95Ms: 1.3, stepS: 15 },
  lte: { p95Ms: 3 },
}

/** `swingPpm`: the drift swings by so much in ten minutes. */
export function clockFigures(name: ClockPathName, seeds: number, swingPpm = 0): ClockFigures {
  const path = CLOCK_PATHS[name]
  const runs: ClockRun[] = []
  const steps: ClockRun[] = []
  for (let seed = 1; seed <= seeds; seed++) {
    const common = { path, seed, driftPpm: DRIFT_PPM, swingPpm }
    runs.push(runClock({ ...common, minutes: MINUTES }))
    const stepAtMs = STEP_AT_MS + ((seed * 500 - 250) % 10_000)
    const stepMs = seed % 2 === 0 ? STEP_MS : -STEP_MS
    steps.push(runClock({ ...common, minutes: STEP_MINUTES, stepMs, stepAtMs }))
  }
  const errors = runs.flatMap((run) => run.errorsMs)
  const firstMs = Math.max(...runs.map((run) => run.firstBurstMs))
  return {
    path: swingPpm === 0 ? name : `${name}, drift ±${swingPpm} ppm`,
    meanMs: mean(errors),
    sdMs: Math.sqrt(rms(errors) ** 2 - mean(errors) ** 2),
    p95Ms: percentile(errors.map(Math.abs), 0.95),
    lineP95Ms: percentile(runs.flatMap((run) => run.lineErrorsMs).map(Math.abs), 0.95),
    driftErrorPpm: Math.max(...runs.map((run) => Math.abs(run.driftErrorPpm))),
    firstMs,
    beyondRttsMs: firstMs - 8 * path.meanRttMs,
    sigmaMs: mean(runs.map((run) => run.sigmaMs)),
    sigmaTrueShare: mean(runs.map((run) => (run.sigmaMs >= rms(run.errorsMs) ? 1 : 0))),
    errorMs: mean(runs.map((run) => run.claimedErrorMs)),
    stepS: Math.max(...steps.map((run) => run.absorbedS)),
    backwards: [...runs, ...steps].reduce((sum, run) => sum + run.backwards, 0),
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function rms(values: readonly number[]): number {
  return Math.sqrt(mean(values.map((value) => value ** 2)))
}
