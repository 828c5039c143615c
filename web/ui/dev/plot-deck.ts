import type { DevEvent } from '../../dev/events.ts'
import type { Recorder } from '../../dev/recorder.ts'
import { type Column, SAMPLE_MS, type Series } from '../../dev/series.ts'
import { Turns } from './turns.ts'

/** What all plots of a panel show: the same stretch of time. */
export interface View {
  series: Series
  events: readonly DevEvent[]
  fromMs: number
  toMs: number
}

/** A plot as the deck sees it. */
export interface DeckPlot {
  draw(view: View): void
  /** The moment a person looks at, local time in ms; undefined: none. */
  mark(atMs: number | undefined): void
  /** Moves the cursor there; undefined: away. */
  point(atMs: number | undefined): void
}

export const WINDOWS_S = [30, 60, 300] as const
export type WindowS = (typeof WINDOWS_S)[number]

/** Samples from one picture to the next: what is drawn more often than it moves by some points costs, and shows nothing more. */
const EVERY: Record<WindowS, number> = { 30: 3, 60: 4, 300: 10 }

/**
 * Draws the plots of one panel together while it runs, and holds them still while it is paused: the recording goes on.
 * Thread: page.
 */
export class PlotDeck {
  /** For what a plot does that takes long: each may take as long as a frame. */
  readonly turns = new Turns()
  readonly #recorder: Recorder
  readonly #plots = new Set<DeckPlot>()
  readonly #views = new Set<(view: View) => void>()
  #windowS: WindowS = 60
  #frozen: { series: Series; events: readonly DevEvent[] } | undefined
  /** Where somebody has put the cursor without a pointer. */
  #pointedMs: number | undefined
  #samples = 0

  constructor(recorder: Recorder) {
    this.#recorder = recorder
  }

  get paused(): boolean {
    return this.#frozen !== undefined
  }

  get view(): View {
    const { series, events } = this.#frozen ?? {
      series: this.#recorder.series,
      events: this.#recorder.events,
    }
    const toMs = series.endMs
    return { series, events, fromMs: toMs - this.#windowS * 1000, toMs }
  }

  /** From now on there are pictures. Returns what ends it. */
  run(): () => void {
    return this.#recorder.onSample(() => {
      if (this.#frozen || ++this.#samples % EVERY[this.#windowS] !== 0) return
      this.#draw()
    })
  }

  /** Returns how it leaves. */
  add(plot: DeckPlot): () => void {
    this.#plots.add(plot)
    plot.draw(this.view)
    if (this.#pointedMs !== undefined) point(plot, this.#pointedMs)
    return () => void this.#plots.delete(plot)
  }

  /** Told of each picture. Returns how to end it. */
  onView(listener: (view: View) => void): () => void {
    this.#views.add(listener)
    return () => void this.#views.delete(listener)
  }

  /** The cursor goes: its place would be another moment. */
  setWindow(windowS: WindowS): void {
    this.#windowS = windowS
    this.point(undefined)
    this.#draw()
  }

  /** What is there now stays to be looked at. */
  setPaused(paused: boolean): void {
    const { series, events } = this.#recorder
    this.#frozen = paused ? { series: series.copy(), events } : undefined
    if (!paused) this.point(undefined)
    this.#draw()
  }

  mark(atMs: number | undefined): void {
    this.#pointedMs = undefined
    for (const plot of this.#plots) plot.mark(atMs)
  }

  /** As if somebody had put the pointer there; undefined: away. */
  point(atMs: number | undefined): void {
    this.#pointedMs = atMs
    for (const plot of this.#plots) point(plot, atMs)
  }

  #draw(): void {
    const { view } = this
    for (const plot of this.#plots) plot.draw(view)
    for (const listener of this.#views) listener(view)
  }
}

function point(plot: DeckPlot, atMs: number | undefined): void {
  plot.point(atMs)
  plot.mark(atMs)
}

/** The lateness of a view. */
export function latenessIn({ series, fromMs }: View): Column {
  const column: Column = []
  series.read('latenessMs', series.indexAt(fromMs), column)
  return column
}

/** A gap of fewer samples is a moment without news, not an interruption. */
const NEWS_SAMPLES = 5

/** How much of a plot, so many pixels wide, a moment without news takes. */
export function newsPixels(widthPixels: number, windowMs: number): number {
  return (widthPixels * NEWS_SAMPLES * SAMPLE_MS) / windowMs
}
