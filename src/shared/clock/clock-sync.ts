import { OffsetFilter } from './offset-filter.ts'

/** One answered probe: t1 sent, t4 heard (local ms), t2 received, t3 answered (server ms). */
export interface ClockSample {
  t1Ms: number
  t2Ms: number
  t3Ms: number
  t4Ms: number
}

/** Server time is local time + offsetMs + drift · (local time − atMs). */
export interface ClockEstimate {
  /** Server clock minus local time at `atMs`. */
  offsetMs: number
  /** Half the round trip of the best probe of late: what path asymmetry could hide. */
  errorMs: number
  /** Half the least round trip of late. */
  networkMs: number
  /** Server ms per local ms, minus 1; 0 until it is known. */
  drift: number
  /** Standard deviation of offsetMs, a usual path asymmetry included. */
  sigmaMs: number
  /** Local time at which offsetMs holds. */
  atMs: number
  /** Another number: the estimate owes nothing to the one before and may be anywhere. */
  epoch: number
}

/** Probes asked one after the other, of which the one with the least round trip counts. */
export const PROBES_PER_BURST = 8
/** Samples closer together belong to one burst, ms. */
const BURST_GAP_MS = 1000
/** Without an answer for so long nothing is known any more, ms. */
const FORGET_MS = 60_000
/**
 * Queueing can put a probe off by no more than half of what its round trip took beyond the least one. A quarter of
 * that half is its standard deviation, so queueing alone stays within four; a little of the whole stands for ways that change.
 */
const QUEUE_SHARE = 0.25
const WHOLE_SHARE = 0.05
/** Probes this close can not be told apart. */
const NOISE_FLOOR_MS = 0.05
/**
 * The clocks have stepped when two bursts running are off by more than so many standard deviations of both, or by more
 * than so many half round trips and standard deviations of what was expected.
 */
const STEP_SIGMAS = 6
const STEP_ERRORS = 3
/** What does not average out: the two ways' lasting difference, as a share of half the round trip. */
const ASYMMETRY_SHARE = 0.2
/** Bursts 'of late'. */
const KEEP = 4
/** What two computer clocks drift apart at most: an old probe has to be this much better to be the best of late. */
const AGEING = 50e-6

/** A sample as a measurement: when, the offset then, and half its round trip. */
interface Measurement {
  atMs: number
  offsetMs: number
  errorMs: number
}

/**
 * Server clock from probes: of each burst the sample with the least round trip (one that waited in a queue has a
 * long one and never wins) goes through a filter that also learns the drift. In the first burst the best so far is the
 * estimate, and each answer an epoch. Thread: worker; pure, time comes in.
 */
export class ClockSync {
  readonly #filter = new OffsetFilter()
  /** The best of the last bursts that were taken. */
  readonly #bests: Measurement[] = []
  /** The answers of the burst that is being asked. */
  readonly #burst: Measurement[] = []
  #lastT4Ms = Number.NEGATIVE_INFINITY
  /** A burst that said the clocks have stepped; the next one proves it. */
  #suspect: Measurement | undefined
  #epoch = 0

  reset(): void {
    this.#bests.length = 0
    this.#burst.length = 0
    this.#lastT4Ms = Number.NEGATIVE_INFINITY
    this.#suspect = undefined
  }

  /** The last burst contradicts those before: asking again at once saves ten seconds of being wrong. */
  get inDoubt(): boolean {
    return this.#suspect !== undefined
  }

  /** Returns false, and ignores the sample, when it can not be true. */
  add(sample: ClockSample): boolean {
    const { t1Ms, t2Ms, t3Ms, t4Ms } = sample
    const rttMs = t4Ms - t1Ms - (t3Ms - t2Ms)
    const offsetMs = (t2Ms - t1Ms + (t3Ms - t4Ms)) / 2
    if (!Number.isFinite(rttMs) || !Number.isFinite(offsetMs) || rttMs < 0 || t4Ms < t1Ms) return false
    if (t4Ms - this.#lastT4Ms > FORGET_MS || t4Ms < this.#lastT4Ms) this.reset()
    this.#endIfOver(t1Ms)
    this.#lastT4Ms = t4Ms
    this.#burst.push({ atMs: (t1Ms + t4Ms) / 2, offsetMs, errorMs: rttMs / 2 })
    if (this.#bests.length === 0) this.#begin(bestOf(this.#burst))
    if (this.#burst.length === PROBES_PER_BURST) this.#endBurst()
    return true
  }

  /** At `nowMs`, local time; undefined before the first answer. */
  estimate(nowMs: number): ClockEstimate | undefined {
    this.#endIfOver(nowMs)
    const asked = this.#burst.length > 0 ? [bestOf(this.#burst)] : []
    const taken = this.#bests.length > 0 ? this.#bests : asked
    if (taken.length === 0) return undefined
    const networkMs = Math.min(...[...taken, ...asked].map((best) => best.errorMs))
    const cost = (best: Measurement) => best.errorMs + (nowMs - best.atMs) * AGEING
    const { errorMs } = taken.reduce((least, best) => (cost(best) < cost(least) ? best : least))
    const { offsetMs, drift, sigmaMs } = this.#filter.at(nowMs)
    return {
      ...{ offsetMs, errorMs, networkMs, drift, atMs: nowMs, epoch: this.#epoch },
      sigmaMs: Math.hypot(sigmaMs, ASYMMETRY_SHARE * networkMs),
    }
  }

  #endIfOver(nowMs: number): void {
    if (nowMs - this.#lastT4Ms > BURST_GAP_MS) this.#endBurst()
  }

  #endBurst(): void {
    if (this.#burst.length === 0) return
    const best = bestOf(this.#burst)
    this.#burst.length = 0
    if (this.#bests.length > 0 && !this.#take(best)) return
    this.#suspect = undefined
    this.#bests.push(best)
    if (this.#bests.length > KEEP) this.#bests.shift()
  }

  /** False: it does not fit, and waits for the next one to say the same. */
  #take(best: Measurement): boolean {
    const fits = this.#fits(best)
    if (!fits && !this.#suspect) {
      this.#suspect = best
      return false
    }
    if (!fits && this.#suspect) {
      this.#begin(this.#suspect)
      this.#bests.length = 0
    }
    this.#filter.update(best.atMs, best.offsetMs, this.#noiseMs(best))
    return true
  }

  #fits(best: Measurement): boolean {
    const residualMs = Math.abs(this.#filter.residualMs(best.atMs, best.offsetMs))
    const { sigmaMs } = this.#filter.at(best.atMs)
    return (
      residualMs <= STEP_ERRORS * (best.errorMs + sigmaMs) &&
      residualMs <= STEP_SIGMAS * Math.hypot(sigmaMs, this.#noiseMs(best))
    )
  }

  #begin(first: Measurement): void {
    this.#epoch++
    this.#filter.begin(first.atMs, first.offsetMs, this.#noiseMs(first))
  }

  #noiseMs({ errorMs }: Measurement): number {
    const leastMs = this.#bests.reduce((least, best) => Math.min(least, best.errorMs), errorMs)
    return Math.max(QUEUE_SHARE * (errorMs - leastMs) + WHOLE_SHARE * errorMs, NOISE_FLOOR_MS)
  }
}

/** The one with the least round trip; the mean of those that can not be told from it. */
function bestOf(burst: readonly Measurement[]): Measurement {
  const errorMs = Math.min(...burst.map((answer) => answer.errorMs))
  const good = burst.filter((answer) => answer.errorMs <= errorMs + NOISE_FLOOR_MS)
  const mean = (of: (answer: Measurement) => number) =>
    good.reduce((sum, answer) => sum + (of(answer) - of(good[0] as Measurement)), 0) / good.length +
    of(good[0] as Measurement)
  return { atMs: mean((answer) => answer.atMs), offsetMs: mean((answer) => answer.offsetMs), errorMs }
}
