import type { OnArrivals } from '../player/playback.ts'
import type { Player } from '../player/player.ts'
import type { Stats } from '../player/stats.ts'
import { ArrivalTape, type TapeEnd } from './arrival-tape.ts'
import { type DevEvent, EventLog } from './events.ts'
import { Sampler } from './sampler.ts'
import { SAMPLE_MS, type Sample, Series, TRACKS } from './series.ts'

/** Who shows figures is told once in so many samples: a table that is laid out faster than it is read only costs. */
const TELL_EVERY = 10
const GAP = Object.fromEntries(TRACKS.map((name) => [name, Number.NaN])) as Sample

/** A recording of arrivals as a page shows it. */
export interface TapeView {
  recording: boolean
  seconds: number
  packets: number
  bytes: number
  /** Why it ended by itself. */
  ended: TapeEnd | undefined
}

/** Once a second. */
export interface RecorderSnapshot {
  stats: Stats
  events: readonly DevEvent[]
  /** Undefined: nothing was recorded. */
  tape: TapeView | undefined
}

/** What is recorded. */
export interface Recorded {
  stats: () => Stats
  tellArrivals: (onArrivals: OnArrivals | undefined) => void
}

/**
 * Looks at the player ten times a second, for as long as somebody is subscribed or arrivals are recorded, and remembers five
 * minutes. Thread: page.
 */
export class Recorder {
  readonly series = new Series()
  readonly #of: Recorded
  readonly #nowMs: () => number
  readonly #log = new EventLog()
  readonly #sampler = new Sampler()
  readonly #listeners = new Set<() => void>()
  readonly #onSample = new Set<() => void>()
  #timer: ReturnType<typeof setInterval> | undefined
  #ticks = 0
  #tape: ArrivalTape | undefined
  #tapeStream: number | null = null
  #recording = false
  #snapshot: RecorderSnapshot

  /** `nowMs`: page time. */
  constructor(of: Recorded, nowMs: () => number = () => performance.timeOrigin + performance.now()) {
    this.#of = of
    this.#nowMs = nowMs
    this.#snapshot = { stats: of.stats(), events: [], tape: undefined }
  }

  /** For `useSnapshot`. */
  readonly store = {
    snapshot: (): RecorderSnapshot => this.#snapshot,
    subscribe: (listener: () => void): (() => void) => {
      this.#listeners.add(listener)
      this.#run()
      return () => {
        this.#listeners.delete(listener)
        this.#run()
      }
    },
  }

  /** After each sample, while somebody is subscribed. Returns how to end it. */
  onSample(listener: () => void): () => void {
    this.#onSample.add(listener)
    return () => void this.#onSample.delete(listener)
  }

  /** What happened, up to the last sample. */
  get events(): readonly DevEvent[] {
    return this.#log.events
  }

  /** The recording there is, finished or not. */
  get tape(): ArrivalTape | undefined {
    return this.#tape
  }

  /** Begins a recording of arrivals, in place of the one there was. False: there is no stream to record. */
  startTape(): boolean {
    const { rateHz, streamId } = this.#of.stats()
    if (rateHz === null) return false
    const tape = new ArrivalTape(rateHz)
    this.#tape = tape
    this.#tapeStream = streamId
    this.#recording = true
    this.#of.tellArrivals((arrivals) => tape.add(arrivals))
    this.#run()
    this.#tell()
    return true
  }

  stopTape(): void {
    this.#recording = false
    this.#of.tellArrivals(undefined)
    this.#run()
    this.#tell()
  }

  #run(): void {
    const wanted = this.#listeners.size > 0 || this.#recording
    if (wanted === (this.#timer !== undefined)) return
    if (!wanted) {
      clearInterval(this.#timer)
      this.#timer = undefined
      return
    }
    // What happened since it looked last is not known, and no line is drawn across it.
    this.#log.interrupted()
    this.series.add(this.#nowMs(), GAP)
    this.#timer = setInterval(() => this.#look(), SAMPLE_MS)
  }

  #look(): void {
    const stats = this.#of.stats()
    const atMs = this.#nowMs()
    this.series.add(atMs, this.#sampler.take(stats))
    this.#log.look(stats, atMs)
    if (this.#recording) this.#watchTape(stats)
    for (const listener of this.#onSample) listener()
    if (++this.#ticks % TELL_EVERY === 0) this.#tell(stats)
  }

  /** It is of one stream, and ends with it. */
  #watchTape({ streamId }: Stats): void {
    if (streamId !== null && streamId !== this.#tapeStream) this.#tape?.end('other-stream')
    if (this.#tape?.ended) this.stopTape()
  }

  #tell(stats: Stats = this.#of.stats()): void {
    this.#snapshot = { stats, events: this.#log.events, tape: this.#tapeView() }
    for (const listener of [...this.#listeners]) listener()
  }

  #tapeView(): TapeView | undefined {
    const tape = this.#tape
    if (tape === undefined) return undefined
    const { seconds, packets, bytes, ended } = tape
    return { recording: this.#recording, seconds, packets, bytes, ended }
  }
}

const recorders = new WeakMap<Player, Recorder>()

/** One for all panels of a page, so that what one has seen the next one has too. */
export function recorderOf(player: Player): Recorder {
  let recorder = recorders.get(player)
  if (recorder === undefined) {
    recorder = new Recorder(player)
    recorders.set(player, recorder)
  }
  return recorder
}
