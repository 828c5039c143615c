import { ClipLamp } from './clip-lamp.ts'
import { MeterBallistics } from './meter-ballistics.ts'

/** CSS px, as level-meter.css has the dark meter below: a segment and the gap behind it, a bar, the lamp at its end. */
const SEGMENT_PX = 5
const PITCH_PX = 7
const BAR_PX = 14
const ROW_PX = 20
const LAMP_PX = 10
const LAMP_GAP_PX = 8
export const METER_HEIGHT_PX = ROW_PX + BAR_PX

/** From this share of the scale on, in this colour. */
const ZONES = [
  [0.95, '#ff5a45'],
  [0.8, '#f2b03b'],
  [0, '#3fae62'],
] as const
const HOLD_COLOUR = '#fff0d2'
const LAMP_COLOUR = '#ff5a45'

/** The part of a 2D context this needs. */
export type Paint = Pick<
  OffscreenCanvasRenderingContext2D,
  'fillRect' | 'clearRect' | 'setTransform' | 'fillStyle'
>

interface Row {
  ballistics: MeterBallistics
  lamp: ClipLamp
  /** As painted: segments that are lit, the one that is held (0: none), and the lamp. */
  lit: number
  held: number
  lampLit: boolean
}

/**
 * Left and right, painted over a dark meter. Only what changes is touched, and a whole segment at a time: where there is no
 * graphics hardware, painting takes the processor the sound needs.
 */
export class MeterPainter {
  readonly #paint: Paint
  readonly #rows: Row[] = [row(), row()]
  #segments = 0
  #widthPx = 0
  #scale = 1

  constructor(paint: Paint) {
    this.#paint = paint
  }

  /** Another size, which has emptied the canvas. `scale`: its own pixels per CSS px. */
  resize(widthPx: number, scale: number): void {
    this.#paint.setTransform(scale, 0, 0, scale, 0, 0)
    this.#widthPx = widthPx
    this.#scale = scale
    this.#segments = Math.max(0, Math.floor((widthPx - LAMP_GAP_PX - LAMP_PX) / PITCH_PX))
    for (const one of this.#rows) Object.assign(one, { lit: 0, held: 0, lampLit: false })
    this.update(0, 0, 0)
  }

  /** Peaks are linear, 1 = full scale. True: something was painted. */
  update(peakLeft: number, peakRight: number, elapsedMs: number): boolean {
    const left = this.#update(0, peakLeft, elapsedMs)
    return this.#update(1, peakRight, elapsedMs) || left
  }

  /** Dark: nothing plays. */
  rest(): void {
    for (const one of this.#rows)
      Object.assign(one, { ballistics: new MeterBallistics(), lamp: new ClipLamp() })
    this.update(0, 0, 0)
  }

  #update(index: 0 | 1, peak: number, elapsedMs: number): boolean {
    const one = this.#rows[index] as Row
    one.ballistics.update(peak, elapsedMs)
    one.lamp.update(peak, elapsedMs)
    const lit = Math.round(one.ballistics.level * this.#segments)
    const held = Math.round(one.ballistics.hold * this.#segments)
    const lampLit = one.lamp.lit
    if (lit === one.lit && held === one.held && lampLit === one.lampLit) return false
    const before = { lit: one.lit, held: one.held }
    Object.assign(one, { lit, held })
    const from = Math.min(before.lit, lit)
    for (let segment = from; segment < Math.max(before.lit, lit); segment++) this.#segment(index, segment)
    if (before.held > 0) this.#segment(index, before.held - 1)
    if (held > 0) this.#segment(index, held - 1)
    if (lampLit !== one.lampLit) {
      one.lampLit = lampLit
      this.#lamp(index, lampLit)
    }
    return true
  }

  #segment(index: 0 | 1, segment: number): void {
    const { lit, held } = this.#rows[index] as Row
    const isHeld = segment === held - 1
    const colour = isHeld ? HOLD_COLOUR : segment < lit ? this.#colour(segment) : undefined
    this.#fill(index, segment * PITCH_PX, SEGMENT_PX, colour)
  }

  #lamp(index: 0 | 1, lit: boolean): void {
    this.#fill(index, this.#widthPx - LAMP_PX, LAMP_PX, lit ? LAMP_COLOUR : undefined)
  }

  /** Without a colour the dark meter shows through. */
  #fill(index: 0 | 1, x: number, width: number, colour: string | undefined): void {
    // Edges on whole pixels of the screen: what covers half of one leaves a line when it is painted over.
    const left = this.#whole(x)
    const top = this.#whole(index * ROW_PX)
    const wide = this.#whole(x + width) - left
    const high = this.#whole(index * ROW_PX + BAR_PX) - top
    if (colour === undefined) {
      this.#paint.clearRect(left, top, wide, high)
      return
    }
    this.#paint.fillStyle = colour
    this.#paint.fillRect(left, top, wide, high)
  }

  #whole(px: number): number {
    return Math.round(px * this.#scale) / this.#scale
  }

  #colour(segment: number): string {
    const share = (segment + 0.5) / this.#segments
    return ZONES.find(([from]) => share >= from)?.[1] ?? HOLD_COLOUR
  }
}

function row(): Row {
  return { ballistics: new MeterBallistics(), lamp: new ClipLamp(), lit: 0, held: 0, lampLit: false }
}
