/** What is kept of each sample, by name: the figures of `stats()` that are worth a line in a plot. NaN: not known. */
export const TRACKS = [
  'targetMs',
  'bufferMs',
  'totalMs',
  'latenessMs',
  'inFlightMs',
  'rttMs',
  'ppm',
  'offsetMs',
  'driftMs',
] as const
export type Track = (typeof TRACKS)[number]
export type Sample = Record<Track, number>

/** From one sample to the next, and how much is kept. */
export const SAMPLE_MS = 100
export const SPAN_MS = 300_000
const CAPACITY = SPAN_MS / SAMPLE_MS

/** One column of a plot: null is a gap in the line. */
export type Column = (number | null)[]

/** The last five minutes, ten samples a second. Thread: page; `add` does not allocate. */
export class Series {
  readonly #timesMs = new Float64Array(CAPACITY)
  readonly #tracks = Object.fromEntries(TRACKS.map((name) => [name, new Float64Array(CAPACITY)])) as Record<
    Track,
    Float64Array
  >
  #next = 0
  #length = 0

  /** As it is now, for good. */
  copy(): Series {
    const copy = new Series()
    copy.#timesMs.set(this.#timesMs)
    for (const name of TRACKS) copy.#tracks[name].set(this.#tracks[name])
    copy.#next = this.#next
    copy.#length = this.#length
    return copy
  }

  get length(): number {
    return this.#length
  }

  /** Local time of the newest sample, ms; NaN: there is none. */
  get endMs(): number {
    return this.#length === 0 ? Number.NaN : (this.#timesMs[this.#place(this.#length - 1)] as number)
  }

  /** Times must grow; a clock that was set back begins anew. */
  add(atMs: number, sample: Readonly<Sample>): void {
    if (atMs < this.endMs) this.#length = 0
    this.#timesMs[this.#next] = atMs
    for (const name of TRACKS) this.#tracks[name][this.#next] = sample[name]
    this.#next = (this.#next + 1) % CAPACITY
    if (this.#length < CAPACITY) this.#length++
  }

  /** Index of the first sample at or after `atMs`, 0 … length. */
  indexAt(atMs: number): number {
    let low = 0
    let high = this.#length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#timesMs[this.#place(middle)] as number) < atMs) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Times in s, as plots have them, of the samples from index `first` on, into `out`. */
  readTimes(first: number, out: number[]): void {
    const count = Math.max(0, this.#length - first)
    out.length = count
    for (let i = 0; i < count; i++) out[i] = (this.#timesMs[this.#place(first + i)] as number) / 1000
  }

  /** The same of a track. */
  read(track: Track, first: number, out: Column): void {
    const values = this.#tracks[track]
    const count = Math.max(0, this.#length - first)
    out.length = count
    for (let i = 0; i < count; i++) {
      const value = values[this.#place(first + i)] as number
      out[i] = Number.isFinite(value) ? value : null
    }
  }

  #place(index: number): number {
    return (this.#next - this.#length + index + CAPACITY) % CAPACITY
  }
}

/** A jump this large is another clock, ms. */
const OTHER_CLOCK_MS = 1000

/** In place: a clock's offset as its change since the first value there is, which begins anew where the clock is another. */
export function changeOf(column: Column): Column {
  let base = Number.NaN
  let before = Number.NaN
  for (let i = 0; i < column.length; i++) {
    const value = column[i]
    if (value === null || value === undefined) continue
    if (!(Math.abs(value - before) < OTHER_CLOCK_MS)) base = value
    before = value
    column[i] = value - base
  }
  return column
}
