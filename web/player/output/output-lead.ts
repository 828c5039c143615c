import { type OutputReading, OutputTimestamps } from './output-timestamps.ts'
import { trimmed } from './trimmed.ts'

/**
 * measured: from the output's own timestamps. reported: what the browser says of itself and its device. remembered: what
 * was measured when this device was heard last.
 */
export type LeadSource = 'measured' | 'reported' | 'remembered'

/** What is rendered into the context, beside a reading of its output. */
export interface Rendered {
  /** Local time at which frame 0 of the context would have left the worklet; NaN while nothing plays. */
  zeroMs: number
  /** What the device pulls in one callback. */
  burstMs: number
}

interface Sample {
  atMs: number
  leadMs: number
}

const WINDOW_MS = 10_000
/** So many samples are worth a figure, if the middle half of them is no wider than this. */
const FIRST_SAMPLES = 10
const AGREED_MS = 3
/** Of the samples, so much is left out at either end: words of shared memory may be from two callbacks. */
const TRIM = 0.25
const SLEW_MS_PER_S = 0.05
/**
 * What is further off than this, and stays there, is no wander, but another device behind the same name, or one that has been
 * starved and now keeps more waiting: measured anew.
 */
const STEP_MS = 3
/** So many samples must say so while the output is young … */
const STEP_SAMPLES = 20
const YOUNG_MS = 10_000
/**
 * … and later so many: a machine that stands still leaves timestamps that are 5 to 60 ms off and creep back over seconds, at
 * two outputs of one computer up to 13 ms apart for three of them, while what was heard of both stayed as it was.
 */
const LASTING_SAMPLES = 50
/** Timestamps that leave the device less than this share of a callback do not count its buffer at all. */
const LEAST_BURSTS = 0.5
const MOST_LEAD_MS = 2000
/** Browsers round outputLatency to 8 ms. */
const REPORTED_ERROR_MS = 4
/** So long may timestamps stay away before the browser's own figures have to do. */
const PATIENCE_MS = 1500

/**
 * How long after a position leaves the worklet, as `playMs` has it, it is heard: known ten readings after the sound
 * begins, then moved by 0.05 ms a second at most, so that nobody hears it being corrected. Pure.
 */
export class OutputLead {
  readonly #originMs: () => number
  readonly #timestamps = new OutputTimestamps()
  /** What came before the timestamps were believed counts once they are. */
  #samples: Sample[] = []
  #believedMs = Number.NaN
  #measuredSinceMs = Number.NaN
  #sinceMs = Number.NaN
  #lastMs = 0
  #ms: number | undefined
  #source: LeadSource | undefined
  /** Where nothing was measured. */
  #guessErrorMs: number | undefined

  /** `originMs`: local time of a performance.now() of 0 on this page, as known by now. */
  constructor(originMs: () => number) {
    this.#originMs = originMs
  }

  /** undefined: not known yet. */
  get ms(): number | undefined {
    return this.#ms
  }

  get source(): LeadSource | undefined {
    return this.#source
  }

  /**
   * How far off `ms` may be: what the timestamps disagree among themselves, and as far as they say something else by now.
   * undefined: nobody knows the device, and `ms` is a least value.
   */
  get errorMs(): number | undefined {
    if (this.#ms === undefined || this.#source !== 'measured') return this.#guessErrorMs
    if (this.#samples.length === 0) return AGREED_MS
    const { mean, spread } = middle(this.#samples)
    return spread / 2 + Math.abs(mean - this.#ms)
  }

  /** Another output is heard: nothing of before holds. `rememberedMs`: what was right for it last time, until there is better. */
  reset(rememberedMs?: number): void {
    this.#timestamps.reset()
    this.#samples = []
    this.#believedMs = this.#sinceMs = Number.NaN
    this.#ms = rememberedMs
    this.#source = rememberedMs === undefined ? undefined : 'remembered'
    this.#guessErrorMs = rememberedMs === undefined ? undefined : STEP_MS
  }

  /** Ten times a second or more. */
  sample(reading: OutputReading, { zeroMs, burstMs }: Rendered): void {
    const { nowMs, contextTimeS, performanceMs } = reading
    if (this.#timestamps.add(reading) !== undefined) this.#believedMs = nowMs
    // Better than nothing for the first second.
    if (this.#ms === undefined && reading.outputLatencyS) this.#reported(reading)
    if (!Number.isFinite(zeroMs)) return
    if (Number.isNaN(this.#sinceMs)) this.#sinceMs = nowMs
    const leadMs = this.#originMs() + performanceMs - contextTimeS * 1000 - zeroMs
    if (contextTimeS > 0 && leadMs >= LEAST_BURSTS * burstMs && leadMs < MOST_LEAD_MS)
      this.#samples.push({ atMs: nowMs, leadMs })
    while (Math.abs(nowMs - (this.#samples[0]?.atMs ?? nowMs)) > WINDOW_MS) this.#samples.shift()
    this.#decide(reading)
    this.#lastMs = nowMs
  }

  #decide(reading: OutputReading): void {
    const { nowMs } = reading
    const believed = Math.abs(nowMs - this.#believedMs) < PATIENCE_MS
    if (believed && this.#samples.length >= FIRST_SAMPLES) this.#measured(nowMs)
    else if (!believed && Math.abs(nowMs - this.#sinceMs) >= PATIENCE_MS) this.#reported(reading)
  }

  #measured(nowMs: number): void {
    const ms = this.#ms
    if (ms === undefined || this.#source !== 'measured') {
      const first = this.#samples.slice(-FIRST_SAMPLES)
      if (!agree(first)) return
      this.#ms = middle(first).mean
      this.#source = 'measured'
      this.#measuredSinceMs = nowMs
      return
    }
    const lasting = Math.abs(nowMs - this.#measuredSinceMs) < YOUNG_MS ? STEP_SAMPLES : LASTING_SAMPLES
    const latest = this.#samples.slice(-lasting)
    if (latest.length === lasting && agree(latest) && Math.abs(middle(latest).mean - ms) > STEP_MS) {
      this.#samples = latest
      this.#ms = middle(latest).mean
      return
    }
    const most = (SLEW_MS_PER_S * Math.max(0, nowMs - this.#lastMs)) / 1000
    this.#ms = ms + Math.min(most, Math.max(-most, middle(this.#samples).mean - ms))
  }

  /** A browser rounds its figure: what is within STEP_MS of what is known says nothing new. */
  #reported({ baseLatencyS, outputLatencyS }: OutputReading): void {
    if (baseLatencyS === undefined && outputLatencyS === undefined) return
    const ms = ((baseLatencyS ?? 0) + (outputLatencyS ?? 0)) * 1000
    if (this.#ms !== undefined && Math.abs(ms - this.#ms) <= STEP_MS) return
    this.#source = 'reported'
    this.#guessErrorMs = outputLatencyS ? REPORTED_ERROR_MS : undefined
    this.#ms = ms
  }
}

/** They say the same: what is in the middle of them is as near together as a measurement is. */
function agree(samples: readonly Sample[]): boolean {
  return middle(samples).spread <= AGREED_MS
}

/** Of what is left without the share TRIM at either end, ms. */
function middle(samples: readonly Sample[]): { mean: number; spread: number } {
  return trimmed(
    samples.map(({ leadMs }) => leadMs),
    TRIM,
  )
}
