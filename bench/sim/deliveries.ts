import { type Circumstances, packetFramesOf, type Span, speedOf } from './circumstances.ts'
import { Random } from './random.ts'
import type { Receiver } from './receiver.ts'

export interface DeliveriesOptions {
  /** Sample at a position, ±1; without it packets are silent. */
  sound?: ((position: number) => number) | undefined
  /** What would arrive within is lost. */
  sleeps?: readonly Span[]
  /** Number of the first packet, for who comes later than the stream began. */
  firstPacket?: number
  /** Capture time as it is stamped, µs, of a packet that is sent at a time in ms; the same, unless told. */
  captureUs?: (sentMs: number) => number
  /** Told of each packet as it is sent: when, and when the network alone would bring it, ms. */
  onSent?: (sentMs: number, networkMs: number) => void
}

/** The packets of a source with its own clock, over a network, to one receiver, in virtual time. */
export class Deliveries {
  readonly #given: Circumstances
  readonly #options: DeliveriesOptions
  readonly #random: Random
  readonly #networkMs: (sentMs: number) => number
  readonly #packetFrames: number
  readonly #sourceSpeed: number
  readonly #pauses: Span[]
  #jankUntilMs = 0
  #nextJankMs: number
  // The packet that arrives next.
  #packet: number
  #lost = false
  /** When it was captured and sent, and when it is there, ms. */
  sentMs = 0
  arrivalMs = 0

  /** `random`: the run's own, of which each draw has its turn. */
  constructor(given: Circumstances, random: Random, options: DeliveriesOptions = {}) {
    this.#given = given
    this.#options = options
    this.#random = random
    this.#packet = options.firstPacket ?? 0
    this.#networkMs = given.network(new Random(given.seed * 7919 + 1))
    this.#packetFrames = packetFramesOf(given)
    this.#sourceSpeed = speedOf(given.sourcePpm)
    this.#pauses = [...(given.sourcePauses ?? [])]
    this.#nextJankMs = given.jankPerS ? random.untilNextMs(given.jankPerS) : Number.POSITIVE_INFINITY
    this.#send()
  }

  /** Position of its first frame. */
  get position(): number {
    return this.#packet * this.#packetFrames
  }

  /** Hands over what is there by `nowMs`. `stoppedMs`: local time is behind by so much. `onTaken`: after each. */
  handOver(receiver: Receiver, nowMs: number, stoppedMs = 0, onTaken?: () => void): void {
    while (this.arrivalMs <= nowMs) {
      if (!this.#lost) {
        this.#fill(receiver.pcm)
        const captureUs = this.#options.captureUs?.(this.sentMs) ?? this.sentMs * 1000
        receiver.take(this.position, this.#packet, captureUs, this.arrivalMs - stoppedMs)
        onTaken?.()
      }
      this.#packet++
      const { packetMs, wander } = this.#given
      this.sentMs += packetMs / (this.#sourceSpeed + (wander ? wander(this.sentMs) * 1e-6 : 0))
      this.#send()
    }
  }

  #send(): void {
    const { outages = [], loss, jankPerS } = this.#given
    const { sleeps = [], onSent } = this.#options
    if (this.#pauses[0] !== undefined && this.sentMs >= this.#pauses[0].atMs)
      this.sentMs += (this.#pauses.shift() as Span).ms
    let atMs = this.sentMs + this.#networkMs(this.sentMs)
    this.#lost = loss !== undefined && this.#random.next() < loss
    for (const outage of outages) {
      if (!within(outage, atMs)) continue
      atMs = outage.atMs + outage.ms
      if (outage.lost) this.#lost = true
    }
    for (const sleep of sleeps) if (within(sleep, atMs)) this.#lost = true
    while (this.#nextJankMs < atMs) {
      this.#jankUntilMs = this.#nextJankMs + this.#random.between(5, 50)
      this.#nextJankMs += this.#random.untilNextMs(jankPerS as number)
    }
    onSent?.(this.sentMs, atMs)
    // One connection: nothing overtakes.
    this.arrivalMs = Math.max(this.arrivalMs, atMs, this.#jankUntilMs)
  }

  #fill(pcm: Int16Array): void {
    const { sound } = this.#options
    if (!sound) return
    for (let i = 0; i < this.#packetFrames; i++) {
      const sample = Math.round(sound(this.position + i) * 32767)
      pcm[2 * i] = sample
      pcm[2 * i + 1] = sample
    }
  }
}

function within({ atMs, ms }: Span, t: number): boolean {
  return t >= atMs && t < atMs + ms
}
