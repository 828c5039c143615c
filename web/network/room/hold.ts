import { LIVE_SEGMENT, type Segment } from '../../../src/shared/room/segments.ts'
import type { Extent } from '../packet-intake.ts'

/** No more is held, whatever the room's delay: the oldest goes. */
export const MOST_HELD_MS = 60_000
export const MOST_HELD_BYTES = 24 * 1024 * 1024

/** Who plays what is due. */
export interface HoldPlayer {
  play: (message: ArrayBuffer) => void
  playSegment: (segment: Segment) => void
  /** Some of it is let go of. */
  skips: () => void
}

interface Held {
  from: number
  to: number
  /** Or here a segment begins. */
  message: ArrayBuffer | Segment
}

/** After the last. */
const NOTHING: Held = {
  from: Number.POSITIVE_INFINITY,
  to: Number.POSITIVE_INFINITY,
  message: LIVE_SEGMENT,
}
/** So many that are gone may stay in the list. */
const SPARE = 64

/**
 * Messages as they came, in order, until they are nearly due: compressed, seconds of audio are small. Room positions,
 * frames. Thread: worker; pure.
 */
export class Hold {
  readonly #player: HoldPlayer
  #items: Held[] = []
  /** Those before are gone; now and then they are let go of. */
  #first = 0
  #bytes = 0
  #mostFrames = Number.POSITIVE_INFINITY
  /** Messages that went because too much was held. */
  dropped = 0

  constructor(player: HoldPlayer) {
    this.#player = player
  }

  /** A stream begins: nothing of the one before is of use. */
  begin(rateHz: number): void {
    this.#truncate(this.#first)
    this.#mostFrames = (rateHz * MOST_HELD_MS) / 1000
  }

  get empty(): boolean {
    return this.#first === this.#items.length
  }

  /** One past the newest that is held; 0: nothing is. */
  get to(): number {
    return this.empty ? 0 : (this.#items.at(-1) as Held).to
  }

  /** What is held, frames; a hole in it counts. */
  get frames(): number {
    return this.empty ? 0 : this.to - (this.#items[this.#first] as Held).from
  }

  /** The messages that follow are of this segment, and begin with it: what is held from there on is not to be played. */
  segment(next: Segment): void {
    this.#dropFrom(next.from)
    if (this.empty) this.#player.playSegment(next)
    else this.#items.push({ from: next.from, to: next.from, message: next })
  }

  /** One that came, and what is in it. */
  push(message: ArrayBuffer, { from, to }: Extent): void {
    if (Number.isNaN(from)) return
    this.#bytes += message.byteLength
    this.#items.push({ from, to, message })
    while (this.#bytes > MOST_HELD_BYTES || this.frames > this.#mostFrames) if (!this.#skip()) this.dropped++
  }

  /** Plays all that begins before `position`. */
  release(position: number): void {
    while (this.#next().from < position) {
      const { message } = this.#take()
      if (message instanceof ArrayBuffer) this.#player.play(message)
      else this.#player.playSegment(message)
    }
  }

  /** Lets go of what ends before `position`: it is not wanted any more. */
  skipTo(position: number): void {
    let skips = false
    while (this.#next().to < position) if (!this.#skip()) skips = true
    if (skips) this.#player.skips()
  }

  /** Lets go of the oldest. True: it was none, but where a segment begins, which counts for what follows. */
  #skip(): boolean {
    const { message } = this.#take()
    if (message instanceof ArrayBuffer) return false
    this.#player.playSegment(message)
    return true
  }

  #next(): Held {
    return this.#items[this.#first] ?? NOTHING
  }

  #take(): Held {
    const taken = this.#items[this.#first] as Held
    if (taken.message instanceof ArrayBuffer) this.#bytes -= taken.message.byteLength
    this.#first++
    if (this.#first > SPARE && this.#first * 2 > this.#items.length) {
      this.#items.splice(0, this.#first)
      this.#first = 0
    }
    return taken
  }

  #dropFrom(position: number): void {
    let index = this.#first
    while (index < this.#items.length && (this.#items[index] as Held).from < position) index++
    this.#truncate(index)
  }

  #truncate(index: number): void {
    for (const { message } of this.#items.splice(index))
      if (message instanceof ArrayBuffer) this.#bytes -= message.byteLength
  }
}
