import { rungNamed } from '../../shared/rungs.ts'
import { CLOSE, LINK_STATE_MS, SILENT_MS } from '../../shared/wire/control.ts'
import { batchFor } from '../streaming/batching.ts'
import type { StreamingCounters } from '../streaming/counters.ts'
import type { Ladder } from '../streaming/ladder.ts'
import { NO_DECODER_MS } from '../streaming/limits.ts'
import type { Listener } from '../streaming/listener.ts'
import type { Pressure } from '../streaming/pressure.ts'

/** One timer for all listeners of a session. */
export const TEND_MS = 100
/** A listener that was closed has so long to answer, ms. */
const CLOSE_GRACE_MS = 1000
/** A tick that is later than this finds out nothing about listeners and rungs: the server itself stood still. */
const ASLEEP_MS = 1000
const LINK_STATE_TICKS = LINK_STATE_MS / TEND_MS

export interface TendingOptions {
  ladder: Ladder
  listeners: ReadonlySet<Listener>
  counters: StreamingCounters
  /** Of all of them on the server. */
  pressure: () => Pressure
}

/** Everything about listeners that is not done per packet: silence, rungs, batches, and telling them of their link. */
export class Tending {
  readonly #options: TendingOptions
  readonly #closedAtMs = new Map<Listener, number>()
  #ticks = 0
  #lastMs = Number.NaN

  constructor(options: TendingOptions) {
    this.#options = options
  }

  /** Every TEND_MS while there are listeners. */
  tick(nowMs: number): void {
    const { ladder, listeners } = this.#options
    const lateMs = nowMs - this.#lastMs - TEND_MS
    this.#lastMs = nowMs
    this.#ticks++
    if (lateMs > ASLEEP_MS) ladder.excuse(lateMs)
    for (const listener of listeners) {
      if (lateMs > ASLEEP_MS) listener.excuse(lateMs, nowMs)
      if (this.#isGone(listener, nowMs)) continue
      this.#choose(listener, nowMs)
      if (this.#ticks % LINK_STATE_TICKS === listener.id % LINK_STATE_TICKS) this.#tell(listener, nowMs)
    }
    ladder.tick(nowMs)
  }

  forget(listener: Listener): void {
    this.#closedAtMs.delete(listener)
  }

  /** Closes who has been silent; cuts off who does not answer that. */
  #isGone(listener: Listener, nowMs: number): boolean {
    const closedAtMs = this.#closedAtMs.get(listener)
    if (closedAtMs !== undefined) {
      if (nowMs - closedAtMs >= CLOSE_GRACE_MS) listener.terminate()
      return true
    }
    if (listener.silentMs(nowMs) < SILENT_MS) return false
    this.#options.counters.silent++
    this.#closedAtMs.set(listener, nowMs)
    listener.close(CLOSE.silent, 'Nothing was heard from you for 5 s.')
    return true
  }

  #choose(listener: Listener, nowMs: number): void {
    const { ladder, pressure } = this.#options
    const { receipt, wish } = listener
    const opus = receipt?.opus ?? false
    const offer = ladder.offers.find(({ name }) => name === listener.rung)
    if (offer === undefined) return
    if (rungNamed(ladder.bound(listener)).codec === 'opus' && ladder.isMute(listener, nowMs)) {
      ladder.move(listener, 'pcm16', 'its encoder says nothing')
      return
    }
    if (offer.opus && receipt && !opus && nowMs - listener.connectedAtMs > NO_DECODER_MS) {
      ladder.move(listener, 'pcm16', 'it has no decoder')
      return
    }
    listener.wantedBatch = batchFor(listener.batch, receipt?.targetMs ?? 0, offer.packetMs, pressure())
    if (wish === 'auto') {
      const decision = listener.policy.decide(ladder.offers, listener.rung, {
        nowMs,
        skipping: listener.held,
        opus,
      })
      if (decision !== undefined) ladder.move(listener, decision.rung, decision.reason)
      return
    }
    const wished = ladder.offers.find(({ name }) => name === wish)
    if (wished !== undefined && (opus || !wished.opus)) ladder.move(listener, wish, 'asked for')
  }

  #tell(listener: Listener, nowMs: number): void {
    const { rung, wish, skipping, sent, skipped, switches, batch, flow } = listener
    listener.sendControl({
      type: 'link_state',
      rung,
      wish,
      inFlightMs: Math.round(flow.steadyMs(nowMs) * 10) / 10,
      skipping,
      packetsSent: sent.packets,
      packetsSkipped: skipped.inFlight + skipped.backlog,
      switches,
      batch,
    })
  }
}
