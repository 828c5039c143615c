// A recording of when packets came, as a file of the kind that `bench -- playout --trace FILE` replays: comments, then a
// line per message with its number and its latency in ms.

/** Recorded at most: an hour, and no more than an hour of the shortest packets, 16 bytes each. */
const MOST_S = 3600
const MOST_PACKETS = 2_500_000
/** A recording with a longer hole in it would be the hole's, s. */
const MOST_HOLE_S = 10
/** Of the packets at the beginning, which say how often one is sent. */
const LOOK_AT = 201

/** Why a recording ended that nobody stopped. */
export type TapeEnd = 'full' | 'hole' | 'other-stream'

/** Packets of one stream, in the order they came. Thread: page; bounded. */
export class ArrivalTape {
  readonly rateHz: number
  readonly #chunks: Float64Array[] = []
  #first = Number.NaN
  #last = Number.NaN
  packets = 0
  /** Left out: they had come before. */
  repeated = 0
  ended: TapeEnd | undefined

  /** `rateHz`: of the stream, in whose frames positions are. */
  constructor(rateHz: number) {
    this.rateHz = rateHz
  }

  /** In memory. */
  get bytes(): number {
    return this.packets * 16
  }

  get seconds(): number {
    return this.packets === 0 ? 0 : (this.#last - this.#first) / this.rateHz
  }

  /** As ArrivalTap tells it: position, latency in ms, position … */
  add(arrivals: Float64Array): void {
    if (this.ended) return
    let kept = 0
    for (let i = 0; i + 1 < arrivals.length && !this.ended; i += 2) {
      const position = arrivals[i] as number
      if (position <= this.#last) {
        this.repeated++
        continue
      }
      if ((position - this.#last) / this.rateHz > MOST_HOLE_S) this.ended = 'hole'
      else if (this.#isFull(position, kept / 2)) this.ended = 'full'
      else {
        if (Number.isNaN(this.#first)) this.#first = position
        arrivals[kept++] = position
        arrivals[kept++] = arrivals[i + 1] as number
        this.#last = position
      }
    }
    if (kept === 0) return
    this.#chunks.push(arrivals.slice(0, kept))
    this.packets += kept / 2
  }

  end(why: TapeEnd): void {
    this.ended ??= why
  }

  #isFull(position: number, more: number): boolean {
    return (position - this.#first) / this.rateHz > MOST_S || this.packets + more >= MOST_PACKETS
  }

  /**
   * The file's text, in parts of a second or so; none: too little came to know how often a message is sent. A message without an arrival
   * of its own, because packets became longer or one was left out, has the latency of the one before: a number that is
   * missing would be one that never arrives, and nothing after it could.
   */
  *toTrace(what: string): Generator<string> {
    const everyFrames = this.#everyFrames()
    if (!(everyFrames > 0)) return
    // The server clock is known within half a round trip: by so much the quickest could seem to come before it was sent.
    const shiftMs = Math.max(0, -this.#leastMs())
    const everyMs = (everyFrames * 1000) / this.rateHz
    yield `# ${what}; one message every ${Number(everyMs.toFixed(6))} ms.\n`
    yield `# Columns: message number, latency in ms from the capture of its first frame to its arrival in the browser's worker (server clock, as the worker knows it${shiftMs > 0 ? `, and ${shiftMs.toFixed(3)} ms` : ''}).\n`
    let next = 0
    let beforeMs = 0
    let filled = 0
    for (const chunk of this.#chunks) {
      const text: string[] = []
      for (let i = 0; i < chunk.length; i += 2) {
        const number = Math.round(((chunk[i] as number) - this.#first) / everyFrames)
        if (number < next) continue // Shorter than those at the beginning: one of them counts.
        for (; next < number; filled++) text.push(`${next++} ${beforeMs.toFixed(3)}\n`)
        beforeMs = (chunk[i + 1] as number) + shiftMs
        text.push(`${next++} ${beforeMs.toFixed(3)}\n`)
      }
      yield text.join('')
    }
    yield `# ${filled} of ${next} have no arrival of their own, but the latency of the one before; ${this.repeated} came again and are left out.\n`
  }

  /** From one message to the next: the usual step at the beginning, frames. */
  #everyFrames(): number {
    const positions: number[] = []
    for (const chunk of this.#chunks)
      for (let i = 0; i < chunk.length && positions.length < LOOK_AT; i += 2)
        positions.push(chunk[i] as number)
    const steps = positions.slice(1).map((position, i) => position - (positions[i] as number))
    steps.sort((a, b) => a - b)
    return steps[steps.length >> 1] ?? Number.NaN
  }

  #leastMs(): number {
    let least = Number.POSITIVE_INFINITY
    for (const chunk of this.#chunks)
      for (let i = 1; i < chunk.length; i += 2) least = Math.min(least, chunk[i] as number)
    return least
  }
}
