// Which rung a listener should get. Pure: time and what the receipts said come in. One of these per listener.
//
// Down: what waits grows while the link moves and delivers less than the rung needs. Neither lateness nor a stall is a
// reason: a lost segment holds up 160 bytes of Opus as long as 544 of PCM. A stall says nothing of the rate either, nor
// does what comes right after it, when TCP feels its way again.
// Up: one rung after a time of calm, longer after each failure, and much longer where the link was measured to be less.
import type { RungName } from '../../shared/rungs.ts'
import type { Offer } from './offers.ts'

export interface Decision {
  rung: RungName
  /** For people: what it was decided from. */
  reason: string
}

/** What the decision needs of the moment. */
export interface LinkNow {
  nowMs: number
  /** Audio is being left out. */
  skipping: boolean
  /** The listener can decode Opus. */
  opus: boolean
}

/** What the link did for so long decides; receipts come every 100. Where it delivers less than … of what is needed: ms */
const EVIDENCE_MS = 450
const FAR_TOO_LITTLE = 0.6
/** … or less than is needed even at its quickest: ms */
const SHORT_MS = 700
/** … or not quite enough: then what waits grows slower, until audio has to be left out. ms */
const GROWN_MS = 600
/** … or where stalls come in between. ms */
const STALLS_MS = 3000
const MIN_EVIDENCE = 4
/** So much waiting beyond the usual, and the link is busy: it delivers what it can. ms */
const BUSY_MS = 60
/** A link that delivered so much of it at any time had a stall, and no want of rate. */
const QUICK_ENOUGH = 1.15
/** "At any time" is so long at least: receipts may come in bunches. ms */
const PART_MS = 90
/** A rung may take this part of what was delivered, on the way down and up: the rest is for what stalls leave behind. */
const AFFORDABLE = 0.7
/** Nothing came for so long: a stall … */
const STALL_MS = 250
/** … and for so long afterwards, and at first, TCP is finding out how much it may send. */
const SETTLING_MS = 600

const CALM_MS = 10_000
/** For a rung that is more than the link was measured to afford: when it carried it before, and when it never did. */
const CALM_REGAIN_MS = 20_000
const CALM_BEYOND_MS = 120_000
const MAX_CALM_MS = 300_000
/** Down so soon after up was a failure. */
const FAILED_WITHIN_MS = 10_000
/** Caution is halved for each such time a rung is carried. */
const FORGIVE_MS = 60_000
/** A measured rate is believed for so long. */
const CEILING_MS = 300_000
const KEEP = 64

interface Evidence {
  atMs: number
  ms: number
  bytes: number
  queueMs: number
  /** A receipt before it brought nothing. */
  stalled: boolean
}

/** What a busy link carried, bit/s: all in all, and at its quickest. */
interface Carried {
  bps: number
  bestBps: number
}

export class LadderPolicy {
  readonly #waits = new Map<RungName, number>()
  readonly #proven = new Set<RungName>()
  #evidence: Evidence[] = []
  #heardAtMs = Number.NaN
  /** The last receipt that said something had come: without sound nothing is learnt of the link. */
  #movedAtMs = Number.NaN
  #bytes = 0
  #packets = 0
  /** Since the last receipt that brought something. */
  #stillMs = 0
  #still = false
  #settledAtMs: number
  #calmSinceMs: number
  #switchedAtMs: number
  #forgivenAtMs: number
  /** The rung it climbed to last. */
  #climbedTo: RungName | undefined
  /** Delivered when it was too little, bit/s. */
  #ceilingBps = Number.POSITIVE_INFINITY
  #ceilingAtMs = Number.NEGATIVE_INFINITY

  constructor(nowMs: number) {
    this.#settledAtMs = nowMs + SETTLING_MS
    this.#calmSinceMs = nowMs
    this.#switchedAtMs = nowMs
    this.#forgivenAtMs = nowMs
  }

  /** Calm this listener must show before the rung is tried, ms. */
  waitFor(rung: RungName): number {
    return this.#waits.get(rung) ?? CALM_MS
  }

  /** The listener has seen the link deliver so much, bit/s: what takes more than it affords is tried late. */
  expect(bps: number, nowMs: number): void {
    this.#ceilingBps = bps
    this.#ceilingAtMs = nowMs
  }

  /** A receipt: all bytes and packets so far, and what waits beyond the usual. */
  heard(nowMs: number, bytes: number, packets: number, queueMs: number): void {
    const first = Number.isNaN(this.#heardAtMs)
    const ms = first ? 0 : nowMs - this.#heardAtMs
    const moved = packets > this.#packets
    const newBytes = bytes - this.#bytes
    this.#heardAtMs = nowMs
    this.#packets = packets
    if (first) {
      this.#bytes = bytes
      return
    }
    this.#stillMs += ms
    if (!moved) {
      this.#still = true
      return
    }
    if (this.#stillMs > STALL_MS) {
      this.#evidence = []
      this.#settledAtMs = nowMs + SETTLING_MS
    } else if (nowMs >= this.#settledAtMs) {
      this.#evidence.push({ atMs: nowMs, ms: this.#stillMs, bytes: newBytes, queueMs, stalled: this.#still })
      if (this.#evidence.length > KEEP) this.#evidence.shift()
    }
    this.#movedAtMs = nowMs
    this.#bytes = bytes
    this.#stillMs = 0
    this.#still = false
  }

  /** The listener got another rung, whoever decided it. */
  switched(nowMs: number): void {
    this.#evidence = []
    this.#calmSinceMs = nowMs
    this.#switchedAtMs = nowMs
    this.#forgivenAtMs = nowMs
  }

  /** What should change, if anything. Called about ten times a second with the rungs there are, best first. */
  decide(offers: readonly Offer[], rung: RungName, now: LinkNow): Decision | undefined {
    const at = offers.findIndex((offer) => offer.name === rung)
    const current = offers[at]
    if (current === undefined) return undefined
    const { nowMs } = now
    const link = this.#busy(nowMs, EVIDENCE_MS, false)
    if (now.skipping || link !== undefined || !(nowMs - this.#movedAtMs < 1000)) this.#calmSinceMs = nowMs
    const { packetBps } = current
    if (link !== undefined && link.bestBps < QUICK_ENOUGH * packetBps) {
      if (link.bps < FAR_TOO_LITTLE * packetBps) return this.#down(offers, at, now, link)
      const short = this.#busy(nowMs, SHORT_MS, false)
      if (short !== undefined && short.bestBps < packetBps) return this.#down(offers, at, now, short)
      const grown = now.skipping ? this.#busy(nowMs, GROWN_MS, false) : undefined
      if (grown !== undefined) return this.#down(offers, at, now, grown)
    }
    const longer = this.#busy(nowMs, STALLS_MS, true)
    if (longer !== undefined && longer.bps < FAR_TOO_LITTLE * packetBps)
      return this.#down(offers, at, now, longer)
    this.#forgive(nowMs, current)
    return this.#up(offers, at, now)
  }

  /** What the link carried over the last `overMs`, and at its quickest, if it was busy all the time; without stalls if asked. */
  #busy(nowMs: number, overMs: number, stalls: boolean): Carried | undefined {
    let ms = 0
    let bytes = 0
    let count = 0
    let bestBps = 0
    let partMs = 0
    let partBytes = 0
    for (let i = this.#evidence.length - 1; i >= 0 && ms < overMs; i--) {
      const one = this.#evidence[i] as Evidence
      if (one.queueMs < BUSY_MS || (one.stalled && !stalls)) return undefined
      ms += one.ms
      bytes += one.bytes
      count++
      partMs += one.ms
      partBytes += one.bytes
      if (partMs < PART_MS) continue
      bestBps = Math.max(bestBps, (partBytes * 8000) / partMs)
      partMs = 0
      partBytes = 0
    }
    const newest = this.#evidence.at(-1)
    // In a stall what is known is of before it.
    if (newest === undefined || nowMs - newest.atMs > STALL_MS) return undefined
    return ms >= overMs - 100 && count >= MIN_EVIDENCE ? { bps: (bytes * 8000) / ms, bestBps } : undefined
  }

  #down(
    offers: readonly Offer[],
    at: number,
    { nowMs, opus }: LinkNow,
    { bps, bestBps }: Carried,
  ): Decision | undefined {
    const current = offers[at] as Offer
    const lower = offers.slice(at + 1).filter((offer) => opus || !offer.opus)
    const chosen = lower.find((offer) => offer.wireBps <= AFFORDABLE * bps) ?? lower.at(-1)
    if (chosen === undefined) return undefined
    this.#ceilingBps = bestBps
    this.#ceilingAtMs = nowMs
    if (this.#climbedTo === current.name && nowMs - this.#switchedAtMs < FAILED_WITHIN_MS) {
      const wait = Math.max(this.waitFor(current.name), this.#needed(current, nowMs))
      this.#waits.set(current.name, Math.min(MAX_CALM_MS, 2 * wait))
    }
    this.#climbedTo = undefined
    return { rung: chosen.name, reason: `delivers ${kbps(bps)} of ${kbps(current.packetBps)}` }
  }

  #up(offers: readonly Offer[], at: number, { nowMs, opus }: LinkNow): Decision | undefined {
    const better = offers[at - 1]
    if (better === undefined || (better.opus && !opus)) return undefined
    const waitMs = this.#needed(better, nowMs)
    if (nowMs - this.#calmSinceMs < waitMs) return undefined
    this.#climbedTo = better.name
    return { rung: better.name, reason: `calm for ${Math.round(waitMs / 1000)} s` }
  }

  #needed(offer: Offer, nowMs: number): number {
    const known = nowMs - this.#ceilingAtMs < CEILING_MS
    const waitMs = this.waitFor(offer.name)
    if (!known || offer.wireBps <= AFFORDABLE * this.#ceilingBps) return waitMs
    return Math.max(waitMs, this.#proven.has(offer.name) ? CALM_REGAIN_MS : CALM_BEYOND_MS)
  }

  /** A rung that is carried for long is trusted more. */
  #forgive(nowMs: number, current: Offer): void {
    if (nowMs - this.#calmSinceMs >= FAILED_WITHIN_MS) this.#proven.add(current.name)
    if (nowMs - this.#forgivenAtMs < FORGIVE_MS || nowMs - this.#calmSinceMs < FORGIVE_MS) return
    this.#forgivenAtMs = nowMs
    const wait = this.#waits.get(current.name)
    if (wait !== undefined) this.#waits.set(current.name, Math.max(CALM_MS, wait / 2))
  }
}

function kbps(bps: number): string {
  return `${Math.round(bps / 1000)} kbit/s`
}
