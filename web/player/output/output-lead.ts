import { LeadWindow } from './lead-window.ts'
import { OpeningLine } from './opening-line.ts'
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

/** The first figure is of so many readings, if the middle half of them is no wider than this. It is up to 4 ms off. */
const FIRST_READINGS = 10
const AGREED_MS = 3
const FIRST_ERROR_MS = 4
const TRIM = 0.25
/** What is remembered is better than the first readings, unless they are further off than this: then it is another device. */
const REMEMBERED_WITHIN_MS = 8
/** So far below the readings, or above them, is what was known before there were any still borne out by them … */
const BELOW_MS = 3
const ABOVE_MS = 0.5
/** … and after so much time there are enough of them to say it better. */
const WELL_KNOWN_MS = 120_000
/** What is further off than this, and stays there, is no wander, but another device behind the same name. */
const STEP_MS = 5
/** Timestamps that leave the device less than this share of a callback do not count its buffer at all. */
const LEAST_BURSTS = 0.5
const MOST_LEAD_MS = 2000
/** Browsers round outputLatency to 8 ms: what is within this of what is known says nothing new. */
const REPORTED_ERROR_MS = 4
const REMEMBERED_ERROR_MS = 3
/** So long may timestamps stay away before the browser's own figures have to do. */
const PATIENCE_MS = 1500

/**
 * How long after a position leaves the worklet, as `playMs` has it, it is heard: roughly known ten readings after the sound
 * begins, well when the output has settled: a device does not change, what is said of it does. Pure.
 */
export class OutputLead {
  readonly #originMs: () => number
  readonly #timestamps = new OutputTimestamps()
  readonly #window = new LeadWindow()
  readonly #opening = new OpeningLine()
  /** What the opening says, or what was remembered, for as long as that is better than the window; NaN: nothing is. */
  #priorMs = Number.NaN
  #beganMs = Number.NaN
  /** Until there is a figure. What came before the timestamps were believed counts once they are. */
  #first: { leadMs: number; zeroMs: number }[] = []
  #believedMs = Number.NaN
  #sinceMs = Number.NaN
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
   * How far off `ms` may be: what the timestamps disagree among themselves. undefined: nobody knows the device, and `ms` is a least value.
   */
  get errorMs(): number | undefined {
    if (this.#ms === undefined || this.#source !== 'measured') return this.#guessErrorMs
    const { widthMs } = this.#window
    return Number.isNaN(widthMs) ? FIRST_ERROR_MS : widthMs
  }

  /** Another output is heard: nothing of before holds. `rememberedMs`: what was right for it last time, until there is better. */
  reset(rememberedMs?: number): void {
    this.#timestamps.reset()
    this.#window.reset()
    this.#opening.reset()
    this.#priorMs = this.#beganMs = Number.NaN
    this.#first = []
    this.#believedMs = this.#sinceMs = Number.NaN
    this.#ms = rememberedMs
    this.#source = rememberedMs === undefined ? undefined : 'remembered'
    this.#guessErrorMs = rememberedMs === undefined ? undefined : REMEMBERED_ERROR_MS
  }

  /** Ten times a second or more. */
  sample(reading: OutputReading, { zeroMs, burstMs }: Rendered): void {
    const { nowMs, contextTimeS, performanceMs } = reading
    if (this.#timestamps.add(reading) !== undefined) this.#believedMs = nowMs
    const lineMs = this.#originMs() + performanceMs - contextTimeS * 1000
    if (contextTimeS > 0) this.#opening.add(performanceMs, lineMs)
    // Better than nothing for the first second.
    if (this.#ms === undefined && reading.outputLatencyS) this.#reported(reading)
    if (!Number.isFinite(zeroMs)) return
    if (Number.isNaN(this.#sinceMs)) this.#sinceMs = nowMs
    const believed = Math.abs(nowMs - this.#believedMs) < PATIENCE_MS
    const leadMs = lineMs - zeroMs
    if (contextTimeS > 0 && leadMs >= LEAST_BURSTS * burstMs && leadMs < MOST_LEAD_MS) {
      if (this.#source !== 'measured' && this.#first.push({ leadMs, zeroMs }) > FIRST_READINGS)
        this.#first.shift()
      if (this.#window.add(nowMs, leadMs, zeroMs) && this.#source === 'measured') this.#settle(nowMs)
    }
    // What was measured outlives its timestamps: they stay away after a stall, and the browser's own figure is 15 ms off.
    if (this.#source === 'measured') return
    if (believed) this.#begin(nowMs)
    else if (Math.abs(nowMs - this.#sinceMs) >= PATIENCE_MS) this.#reported(reading)
  }

  /** The first figure. */
  #begin(nowMs: number): void {
    const { mean, spread } = trimmed(
      this.#first.map(({ leadMs }) => leadMs),
      TRIM,
    )
    if (this.#first.length < FIRST_READINGS || spread > AGREED_MS) return
    const zeros = this.#first.map(({ zeroMs }) => zeroMs)
    const openingMs = this.#opening.lineMs - trimmed(zeros, TRIM).mean
    const rememberedMs = this.#source === 'remembered' ? (this.#ms ?? Number.NaN) : Number.NaN
    if (Math.abs(mean - rememberedMs) <= REMEMBERED_WITHIN_MS) this.#priorMs = rememberedMs
    else if (isBorneOut(openingMs, mean)) this.#priorMs = openingMs
    this.#ms = Number.isNaN(this.#priorMs) ? mean : this.#priorMs
    this.#beganMs = nowMs
    this.#source = 'measured'
    this.#first = []
  }

  /** Once a second: what the window has come to say. */
  #settle(nowMs: number): void {
    const { lowMs, lastingMs } = this.#window
    if (this.#ms === undefined || Number.isNaN(lowMs)) return
    if (Math.abs(lastingMs - this.#ms) > STEP_MS) this.#window.keepLasting()
    const isYoung = Math.abs(nowMs - this.#beganMs) < WELL_KNOWN_MS
    if (!isYoung || !isBorneOut(this.#priorMs, this.#window.lowMs)) this.#priorMs = Number.NaN
    this.#ms = Number.isNaN(this.#priorMs) ? this.#window.lowMs : this.#priorMs
  }

  /** A browser rounds its figure. */
  #reported({ baseLatencyS, outputLatencyS }: OutputReading): void {
    if (baseLatencyS === undefined && outputLatencyS === undefined) return
    const ms = ((baseLatencyS ?? 0) + (outputLatencyS ?? 0)) * 1000
    if (this.#ms !== undefined && Math.abs(ms - this.#ms) <= REPORTED_ERROR_MS) return
    this.#source = 'reported'
    this.#guessErrorMs = outputLatencyS ? REPORTED_ERROR_MS : undefined
    this.#ms = ms
  }
}

/** Readings are late more often than early. */
function isBorneOut(priorMs: number, readMs: number): boolean {
  return priorMs >= readMs - BELOW_MS && priorMs <= readMs + ABOVE_MS
}
