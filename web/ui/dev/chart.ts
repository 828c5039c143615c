import uPlot from 'uplot'
import { type Column, changeOf } from '../../dev/series.ts'
import type { DeckPlot, View } from './plot-deck.ts'
import { lanePlot, linePlot, type Size } from './plot-options.ts'
import type { PlotSpec } from './plot-specs.ts'

/** The figures under the cursor, or the latest; null: not known. */
export type OnValues = (values: (number | null)[]) => void

export interface ChartOptions {
  /** Undefined: the event lane. */
  spec: PlotSpec | undefined
  parent: HTMLElement
  size: Size
  onCursor: (atMs: number | undefined) => void
  onValues: OnValues
}

/** Where a plot has its cursor while there is none. */
const AWAY = { left: -10, top: -10 }

/** One picture of lines, or of events, over a stretch of time. Thread: page; keeps its arrays from one picture to the next. */
export class Chart implements DeckPlot {
  readonly #options: ChartOptions
  readonly #plot: uPlot
  readonly #times: number[] = []
  readonly #columns: Column[]
  #view: View | undefined
  #markedMs: number | undefined

  constructor(options: ChartOptions) {
    const { spec, parent, size } = options
    this.#options = options
    const onCursor = (atS: number | undefined) => options.onCursor(atS === undefined ? undefined : atS * 1000)
    const events = () => this.#view?.events ?? []
    this.#columns = spec ? spec.lines.map(() => []) : [[]]
    const plotOptions = spec ? linePlot(spec, size, onCursor) : lanePlot(size, onCursor, events)
    this.#plot = new uPlot(plotOptions, this.#data, parent)
  }

  draw(view: View): void {
    this.#view = view
    const { series, fromMs, toMs } = view
    const first = series.indexAt(fromMs)
    series.readTimes(first, this.#times)
    const lines = this.#options.spec?.lines
    for (const [i, column] of this.#columns.entries()) {
      const line = lines?.[i]
      // The lane has no line, but must know its times for the cursor.
      series.read(line?.track ?? 'targetMs', first, column)
      if (line === undefined) column.fill(null)
      else if (line.change) changeOf(column)
    }
    this.#plot.batch(() => {
      this.#plot.setData(this.#data, false)
      this.#plot.setScale('x', { min: fromMs / 1000, max: toMs / 1000 })
    })
    this.#tellValues()
  }

  mark(atMs: number | undefined): void {
    this.#markedMs = atMs
    this.#tellValues()
  }

  point(atMs: number | undefined): void {
    const at = atMs === undefined ? AWAY : { left: this.#plot.valToPos(atMs / 1000, 'x'), top: 1 }
    // Nobody is told: it would be taken for the pointer, which was last here or there.
    this.#plot.setCursor(at, false)
  }

  resize(size: Size): void {
    const { width, height } = this.#plot
    if (size.width !== width || size.height !== height) this.#plot.setSize(size)
  }

  destroy(): void {
    this.#plot.destroy()
  }

  get #data(): uPlot.AlignedData {
    return [this.#times, ...this.#columns]
  }

  #tellValues(): void {
    const at = this.#markedMs
    const last = this.#times.length - 1
    const index = at === undefined ? last : this.#plot.valToIdx(at / 1000)
    this.#options.onValues(this.#columns.map((column) => valueNear(column, index)))
  }
}

/** A moment without news has that of the moment before. */
function valueNear(column: Column, index: number): number | null {
  for (let i = index; i > index - 5 && i >= 0; i--) {
    const value = column[i]
    if (value !== null && value !== undefined) return value
  }
  return null
}
