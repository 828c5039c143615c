// What a room's run comes to: skews of all pairs, how soon members are in step, what that took.
import type { PartyLook } from './party.ts'

/** In step: within this of the room line … */
const LOCKED_MS = 1
/** … and for good so long after joining: skews and rates count from here on. */
export const SETTLE_MS = 30_000

export interface RoomFigures {
  skewP50Ms: number
  skewP95Ms: number
  skewP99Ms: number
  skewMaxMs: number
  /** From joining until within 1 ms of the line and never more than 3 s outside it again, slowest and median member, s. */
  lockS: number
  lockMedianS: number
  /** Jumps after a member had settled. */
  resyncs: number
  /** What the rate was bent beyond the member's own mean of that time, but for moves of the delay: the most, ppm. */
  slewPpm: number
  episodes: number
  delayMs: number
  delayMaxMs: number
}

/** A rate that was bent for a move of the delay is its own again so long after. */
const AFTER_MOVE_MS = 5000

/** Skews are kept as counts in bins of so much, ms: an hour of fifty members has 44 million pairs. */
const BIN_MS = 0.005
const BINS = 4000

export class RoomMeter {
  readonly #bins = new Float64Array(BINS + 1)
  #pairs = 0
  #maxMs = 0
  readonly #outsideMs: number[]
  readonly #settledResyncs: number[]
  readonly #ppm: { sum: number; count: number; least: number; most: number }[]
  #last: PartyLook | undefined
  #delayMaxMs = 0
  #movedMs = Number.NEGATIVE_INFINITY

  constructor(count: number) {
    this.#outsideMs = new Array(count).fill(Number.NaN)
    this.#settledResyncs = new Array(count).fill(Number.NaN)
    this.#ppm = Array.from({ length: count }, () => ({ sum: 0, count: 0, least: Infinity, most: -Infinity }))
  }

  look(look: PartyLook): void {
    this.#last = look
    if (look.moving) this.#movedMs = look.serverMs
    const moved = look.serverMs - this.#movedMs < AFTER_MOVE_MS
    this.#delayMaxMs = Math.max(this.#delayMaxMs, look.delayMs)
    for (const [i, member] of look.members.entries()) {
      const sinceMs = look.serverMs - member.joinsMs
      const errorMs = look.allErrorsMs[i] as number
      if (sinceMs >= 0 && !(Math.abs(errorMs) < LOCKED_MS) && sinceMs < SETTLE_MS)
        this.#outsideMs[i] = sinceMs
      if (sinceMs < SETTLE_MS) continue
      if (Number.isNaN(this.#settledResyncs[i])) this.#settledResyncs[i] = member.resyncs
      if (moved) continue
      const ppm = this.#ppm[i] as { sum: number; count: number; least: number; most: number }
      ppm.sum += member.ppm
      ppm.count++
      ppm.least = Math.min(ppm.least, member.ppm)
      ppm.most = Math.max(ppm.most, member.ppm)
    }
    const { errorsMs } = look
    for (let a = 1; a < errorsMs.length; a++)
      for (let b = 0; b < a; b++) this.#add(Math.abs((errorsMs[a] as number) - (errorsMs[b] as number)))
  }

  figures(): RoomFigures {
    const members = this.#last?.members ?? []
    const locks = this.#outsideMs.map((ms) => (Number.isNaN(ms) ? 0 : ms) / 1000).sort((a, b) => a - b)
    const bends = this.#ppm.map(({ sum, count, least, most }) =>
      count === 0 ? 0 : Math.max(most - sum / count, sum / count - least),
    )
    return {
      skewP50Ms: this.#quantile(0.5),
      skewP95Ms: this.#quantile(0.95),
      skewP99Ms: this.#quantile(0.99),
      skewMaxMs: this.#maxMs,
      lockS: locks.at(-1) ?? Number.NaN,
      lockMedianS: locks[locks.length >> 1] ?? Number.NaN,
      resyncs: members.reduce((sum, { resyncs }, i) => sum + resyncs - (this.#settledResyncs[i] || 0), 0),
      slewPpm: Math.max(...bends),
      episodes: members.reduce((sum, { episodes }) => sum + episodes, 0),
      delayMs: this.#last?.delayMs ?? Number.NaN,
      delayMaxMs: this.#delayMaxMs,
    }
  }

  #add(skewMs: number): void {
    // Not a number: somebody is silent, which is no skew of 0.
    const ms = Number.isNaN(skewMs) ? BINS * BIN_MS : skewMs
    this.#pairs++
    this.#maxMs = Math.max(this.#maxMs, ms)
    const bin = Math.min(BINS, Math.floor(ms / BIN_MS))
    this.#bins[bin] = (this.#bins[bin] as number) + 1
  }

  #quantile(q: number): number {
    let left = q * this.#pairs
    for (let bin = 0; bin <= BINS; bin++) {
      left -= this.#bins[bin] as number
      if (left <= 0) return (bin + 1) * BIN_MS
    }
    return Number.NaN
  }
}
