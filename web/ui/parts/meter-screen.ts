import { METER_HEIGHT_PX, MeterPainter } from './meter-painter.ts'

/** What the page tells the worker that paints. */
export type ToMeter =
  | { kind: 'canvas'; canvas: OffscreenCanvas }
  /** `width` and `height` in the canvas's own pixels, `scale` of them to a CSS px. */
  | { kind: 'size'; width: number; height: number; widthPx: number; scale: number }
  /** Linear, 1 = full scale. */
  | { kind: 'peaks'; left: number; right: number; elapsedMs: number }
  | { kind: 'rest' }

/**
 * A canvas with the level meter on it. A worker paints it: a change of the page itself, thirty times a second, would cost
 * its main thread and its compositor ten times as much. Where that can not be had the page paints. Thread: page.
 */
export class MeterScreen {
  readonly #canvas: HTMLCanvasElement
  readonly #watch: ResizeObserver
  readonly #worker: Worker | undefined
  readonly #painter: MeterPainter | undefined

  /** A canvas can be given away once: one screen for each, for as long as it lives. */
  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas
    if ('Worker' in globalThis && 'transferControlToOffscreen' in canvas) {
      this.#worker = new Worker(new URL('./meter.worker.ts', import.meta.url), { type: 'module' })
      const offscreen = canvas.transferControlToOffscreen()
      const message: ToMeter = { kind: 'canvas', canvas: offscreen }
      this.#worker.postMessage(message, [offscreen])
    } else {
      const context = canvas.getContext('2d')
      this.#painter = context ? new MeterPainter(context) : undefined
    }
    this.#watch = new ResizeObserver(() => this.#fit())
    this.#watch.observe(canvas)
    this.#fit()
  }

  peaks(left: number, right: number, elapsedMs: number): void {
    this.#painter?.update(left, right, elapsedMs)
    this.#tell({ kind: 'peaks', left, right, elapsedMs })
  }

  rest(): void {
    this.#painter?.rest()
    this.#tell({ kind: 'rest' })
  }

  close(): void {
    this.#watch.disconnect()
    this.#worker?.terminate()
  }

  #fit(): void {
    const widthPx = this.#canvas.clientWidth
    if (widthPx === 0) return
    // A page that is zoomed, by the browser or by its style, has more pixels than its layout says.
    const scale = (this.#canvas.getBoundingClientRect().width / widthPx) * devicePixelRatio
    const width = Math.round(widthPx * scale)
    const height = Math.round(METER_HEIGHT_PX * scale)
    if (this.#painter) {
      Object.assign(this.#canvas, { width, height })
      this.#painter.resize(widthPx, scale)
    }
    this.#tell({ kind: 'size', width, height, widthPx, scale })
  }

  #tell(message: ToMeter): void {
    this.#worker?.postMessage(message)
  }
}
