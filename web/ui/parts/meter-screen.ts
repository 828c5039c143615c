import { MeterLoop, type MeterRun } from './meter-loop.ts'
import { METER_HEIGHT_PX, MeterPainter } from './meter-painter.ts'

/** What the page tells the worker that paints; it answers with peaks, for words. */
export type ToMeter =
  | { kind: 'canvas'; canvas: OffscreenCanvas }
  /** `width` and `height` in the canvas's own pixels, `scale` of them to a CSS px. */
  | { kind: 'size'; width: number; height: number; widthPx: number; scale: number }
  | ({ kind: 'run' } & MeterRun)
  | { kind: 'hold' }
  | { kind: 'rest' }

/**
 * A canvas with the level meter on it. A worker reads the level and paints it: a change of the page itself, thirty times a
 * second, would cost its main thread and its compositor ten times as much, and a message to the worker a third of all the
 * page does. Where that can not be had the page paints. Thread: page.
 */
export class MeterScreen {
  readonly #canvas: HTMLCanvasElement
  readonly #watch: ResizeObserver
  readonly #worker: Worker | undefined
  readonly #painter: MeterPainter | undefined
  readonly #loop: MeterLoop | undefined
  #rests = true

  /** A canvas can be given away once: one screen for each, for as long as it lives. `tell`: the highest peak of every two seconds, linear. */
  constructor(canvas: HTMLCanvasElement, tell: (peak: number) => void) {
    this.#canvas = canvas
    if ('Worker' in globalThis && 'transferControlToOffscreen' in canvas) {
      this.#worker = new Worker(new URL('./meter.worker.ts', import.meta.url), { type: 'module' })
      this.#worker.onmessage = ({ data }: MessageEvent<number>) => {
        if (!this.#rests) tell(data) // else it was on its way
      }
      const offscreen = canvas.transferControlToOffscreen()
      const message: ToMeter = { kind: 'canvas', canvas: offscreen }
      this.#worker.postMessage(message, [offscreen])
    } else {
      const context = canvas.getContext('2d')
      if (context) {
        this.#painter = new MeterPainter(context)
        this.#loop = new MeterLoop(this.#painter, tell)
      }
    }
    this.#watch = new ResizeObserver(() => this.#fit())
    this.#watch.observe(canvas)
    this.#fit()
  }

  run(run: MeterRun): void {
    this.#rests = false
    this.#loop?.run(run)
    this.#tell({ kind: 'run', ...run })
  }

  /** Stays as it is until it is run again. */
  hold(): void {
    this.#loop?.hold()
    this.#tell({ kind: 'hold' })
  }

  /** Dark. */
  rest(): void {
    this.#rests = true
    this.#loop?.rest()
    this.#tell({ kind: 'rest' })
  }

  close(): void {
    this.#watch.disconnect()
    this.#loop?.hold()
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
