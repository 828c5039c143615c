// One listener's clock in virtual time: the product's own prober, estimate and time line over a modelled way to the server.
// Nothing here reads a clock: a seed gives the same run everywhere.
import { type ClockEstimate, ClockSync, PROBES_PER_BURST } from '../../src/shared/clock/clock-sync.ts'
import { ServerTimeLine } from '../../src/shared/clock/server-time-line.ts'
import { Prober } from '../../web/network/prober.ts'
import type { ClockPath } from './clock-paths.ts'
import { Random } from './random.ts'

/** How often the worker looks whether a probe is due, and how often the error is noted, ms. */
const TICK_MS = 50
const NOTE_MS = 500
/** Errors count from here on: what comes before is learning the drift. */
const LEARNING_MS = 60_000
/** performance.now() of an isolated page, and the server's µs. */
const LOCAL_QUANTUM_MS = 0.005
const SERVER_QUANTUM_MS = 0.001
const ANSWERING_MS = 0.05
/** What of a step is left when it counts as absorbed. */
const ABSORBED_MS = 1

export interface ClockRunOptions {
  path: ClockPath
  seed: number
  /** Server clock against local clock. */
  driftPpm: number
  /** The drift swings by so much in ten minutes (temperature). */
  swingPpm?: number
  minutes: number
  /** The server clock steps by so much after `stepAtMs`. */
  stepMs?: number
  stepAtMs?: number
}

export interface ClockRun {
  /** Of the estimate against the true server clock, after a minute, twice a second, ms. */
  errorsMs: number[]
  /** Of the time line, which is slewed, likewise. */
  lineErrorsMs: number[]
  /** Estimated less true drift when a minute has passed, ppm. */
  driftErrorPpm: number
  /** Mean of what the estimate says its error is, after a minute, ms. */
  sigmaMs: number
  /** Mean of half the round trip of its best probe. */
  claimedErrorMs: number
  /** When eight probes were answered. */
  firstBurstMs: number
  /** From the step until the time line stays within 1 ms of where the path lets it end, s; 0: it always was. */
  absorbedS: number
  /** The time line ran backwards, other than by a jump of more than 5 ms. */
  backwards: number
}

const START_MS = 1_000_000
const SERVER_AHEAD_MS = 5_000_000
const SWING_PERIOD_MS = 600_000

export function runClock(options: ClockRunOptions): ClockRun {
  const random = new Random(options.seed)
  const { path, stepMs = 0, stepAtMs = Number.POSITIVE_INFINITY } = options
  const clock = new ClockSync()
  const prober = new Prober()
  const line = new ServerTimeLine()
  const swing = ((options.swingPpm ?? 0) / 1e6) * (SWING_PERIOD_MS / (2 * Math.PI))
  const trueMs = (localMs: number): number => {
    const t = localMs - START_MS
    const wander = swing * (1 - Math.cos((2 * Math.PI * t) / SWING_PERIOD_MS))
    return localMs + SERVER_AHEAD_MS + (options.driftPpm / 1e6) * t + wander + (t >= stepAtMs ? stepMs : 0)
  }
  const run: ClockRun = {
    ...{ errorsMs: [], lineErrorsMs: [], driftErrorPpm: Number.NaN, sigmaMs: 0, claimedErrorMs: 0 },
    ...{ firstBurstMs: Number.NaN, absorbedS: 0, backwards: 0 },
  }
  let answers = 0
  let lastLineMs = Number.NEGATIVE_INFINITY

  /** Sends what is due; the reply is heard, and with it the next is sent, until the burst is over. */
  const probe = (fromMs: number): number => {
    let nowMs = fromMs
    for (let sent = prober.next(nowMs); sent; sent = prober.next(nowMs)) {
      const receivedMs = nowMs + path.upMs(random)
      const backMs = receivedMs + ANSWERING_MS + path.downMs(random)
      nowMs = quantised(backMs, LOCAL_QUANTUM_MS)
      const answer = {
        ...sent,
        serverReceivedUs: quantised(trueMs(receivedMs), SERVER_QUANTUM_MS) * 1000,
        serverSentUs: quantised(trueMs(receivedMs + ANSWERING_MS), SERVER_QUANTUM_MS) * 1000,
      }
      const sample = prober.heard({ type: 'time_sync_batch', samples: [answer] }, nowMs)
      if (sample) clock.add(sample)
      line.follow(clock.estimate(nowMs), nowMs)
      if (clock.inDoubt && prober.idle) prober.start(nowMs)
      if (++answers === PROBES_PER_BURST) run.firstBurstMs = nowMs - START_MS
    }
    return nowMs
  }

  const note = (nowMs: number): void => {
    const estimate = clock.estimate(nowMs)
    if (!estimate) return
    const serverMs = line.serverMs(nowMs)
    if (serverMs < lastLineMs && serverMs > lastLineMs - 5) run.backwards++
    lastLineMs = serverMs
    const t = nowMs - START_MS
    if (t >= stepAtMs && Math.abs(serverMs - trueMs(nowMs) - path.biasMs) >= ABSORBED_MS)
      run.absorbedS = (t - stepAtMs) / 1000
    if (t < LEARNING_MS || (t - LEARNING_MS) % NOTE_MS >= TICK_MS) return
    noteErrors(run, estimate, nowMs + estimate.offsetMs - trueMs(nowMs), serverMs - trueMs(nowMs))
    if (run.errorsMs.length === 1) run.driftErrorPpm = estimate.drift * 1e6 - options.driftPpm
  }

  prober.start(START_MS)
  const endMs = START_MS + options.minutes * 60_000
  let busyUntilMs = START_MS
  for (let nowMs = START_MS; nowMs < endMs; nowMs += TICK_MS) {
    // A burst that is under way goes on between ticks.
    if (nowMs >= busyUntilMs) busyUntilMs = probe(nowMs)
    if (nowMs >= busyUntilMs) note(nowMs)
  }
  run.sigmaMs /= run.errorsMs.length
  run.claimedErrorMs /= run.errorsMs.length
  return run
}

function noteErrors(run: ClockRun, estimate: ClockEstimate, errorMs: number, lineErrorMs: number): void {
  run.errorsMs.push(errorMs)
  run.lineErrorsMs.push(lineErrorMs)
  run.sigmaMs += estimate.sigmaMs
  run.claimedErrorMs += estimate.errorMs
}

function quantised(ms: number, quantumMs: number): number {
  return Math.floor(ms / quantumMs) * quantumMs
}
