import { HISTORY_BYTES, HISTORY_SECONDS } from './limits.ts'

interface Entry {
  /** In its WebSocket frame, as it went out. */
  frame: Buffer
  from: number
  to: number
}

const FIRST_CAPACITY = 1024

/**
 * The last packets of one rung of one stream, in order of position: 60 s of audio, and not more bytes than it may hold.
 * It keeps the frames that went out, so that remembering a packet copies nothing. Indices count from the oldest.
 */
export class History {
  readonly #maxBytes: number
  readonly #seconds: number
  /** A ring; its length is a power of two. */
  #entries: (Entry | undefined)[] = new Array(FIRST_CAPACITY)
  #first = 0
  #length = 0
  #bytes = 0
  #maxFrames = 0
  #rateHz = 1
  #dropped = 0

  constructor(maxBytes = HISTORY_BYTES, seconds = HISTORY_SECONDS) {
    this.#maxBytes = maxBytes
    this.#seconds = seconds
  }

  get length(): number {
    return this.#length
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Of audio, gaps included. */
  get seconds(): number {
    return this.#length === 0 ? 0 : (this.newestTo - this.fromAt(0)) / this.#rateHz
  }

  /** Packets it let go of because they were too many bytes, not because they were old. */
  get dropped(): number {
    return this.#dropped
  }

  /** End of the newest packet, frames; NaN when there is none. */
  get newestTo(): number {
    return this.#length === 0 ? Number.NaN : this.#at(this.#length - 1).to
  }

  /** It holds so much audio, and no more, of packets like the newest: at most 60 s, or what it may hold of bytes. */
  get reachFrames(): number {
    if (this.#length === 0) return 0
    const { frame, from, to } = this.#at(this.#length - 1)
    return Math.min(this.#maxFrames, Math.floor(this.#maxBytes / frame.length) * (to - from))
  }

  /** A stream begins: what was before has other positions. */
  begin(rateHz: number): void {
    this.#entries = new Array(FIRST_CAPACITY)
    this.#first = 0
    this.#length = 0
    this.#bytes = 0
    this.#rateHz = rateHz
    this.#maxFrames = rateHz * this.#seconds
  }

  /** Constant time, as a rule. */
  push(frame: Buffer, from: number, to: number): void {
    if (this.#length === this.#entries.length) this.#grow()
    this.#entries[(this.#first + this.#length) & (this.#entries.length - 1)] = { frame, from, to }
    this.#length++
    this.#bytes += frame.length
    while (this.#length > 1 && to - this.#at(0).to >= this.#maxFrames) this.#shift()
    while (this.#length > 1 && this.#bytes > this.#maxBytes) {
      this.#shift()
      this.#dropped++
    }
  }

  frameAt(index: number): Buffer {
    return this.#at(index).frame
  }

  fromAt(index: number): number {
    return this.#at(index).from
  }

  toAt(index: number): number {
    return this.#at(index).to
  }

  /** The first packet that ends after `position`; `length` when none does. */
  indexAfter(position: number): number {
    let low = 0
    let high = this.#length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#at(middle).to > position) high = middle
      else low = middle + 1
    }
    return low
  }

  #at(index: number): Entry {
    const entry = this.#entries[(this.#first + index) & (this.#entries.length - 1)]
    if (entry === undefined) throw new RangeError(`no packet ${index} of ${this.#length}`)
    return entry
  }

  #shift(): void {
    this.#bytes -= this.#at(0).frame.length
    this.#entries[this.#first] = undefined
    this.#first = (this.#first + 1) & (this.#entries.length - 1)
    this.#length--
  }

  #grow(): void {
    const larger = new Array<Entry | undefined>(2 * this.#entries.length)
    for (let i = 0; i < this.#length; i++) larger[i] = this.#at(i)
    this.#entries = larger
    this.#first = 0
  }
}
