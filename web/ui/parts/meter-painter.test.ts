// The meter tells the level, and touches nothing while nothing visible has changed.
import { expect, test } from 'vitest'
import { MeterPainter, type Paint } from './meter-painter.ts'

const DRAW_MS = 1000 / 30
/** Sixty segments: 1 dB each. */
const WIDTH_PX = 60 * 7 + 18

/** A canvas that remembers what is where, by row and by where it begins. */
class FakePaint implements Paint {
  fillStyle: Paint['fillStyle'] = ''
  scale = 0
  touches = 0
  readonly #rows = [new Map<number, string>(), new Map<number, string>()]

  setTransform(...matrix: unknown[]): void {
    this.scale = Number(matrix[0])
  }

  fillRect(x: number, y: number): void {
    this.touches++
    this.#rows[y / 20]?.set(x, String(this.fillStyle))
  }

  clearRect(x: number, y: number): void {
    this.touches++
    this.#rows[y / 20]?.delete(x)
  }

  /** Segments of a row that are neither dark nor the mark, and where the mark is. */
  row(index: number): { lit: number; held: number; lamp: boolean; colours: Set<string> } {
    const all = [...(this.#rows[index] ?? [])].filter(([x]) => x !== WIDTH_PX - 10)
    const mark = all.find(([, colour]) => colour === '#fff0d2')
    const lit = all.filter(([, colour]) => colour !== '#fff0d2')
    return {
      lit: lit.length,
      held: mark ? mark[0] / 7 + 1 : 0,
      lamp: this.#rows[index]?.has(WIDTH_PX - 10) ?? false,
      colours: new Set(lit.map(([, colour]) => colour)),
    }
  }
}

function meter() {
  const paint = new FakePaint()
  const painter = new MeterPainter(paint)
  painter.resize(WIDTH_PX, 2)
  return { paint, painter }
}

test('it begins dark and shows peaks on a scale of 60 dB, with a mark at the highest', () => {
  const { paint, painter } = meter()
  expect([paint.touches, paint.scale]).toEqual([0, 2])
  painter.update(0.5, 0.1, DRAW_MS)
  // −6 and −20 dBFS. The mark takes the place of the last segment.
  expect(paint.row(0)).toMatchObject({ lit: 53, held: 54 })
  expect(paint.row(1)).toMatchObject({ lit: 39, held: 40 })
  painter.update(0, 0, 1000)
  expect(paint.row(0)).toMatchObject({ lit: 30, held: 54 })
  expect(paint.row(0).colours).toEqual(new Set(['#3fae62']))
})

test('the colour says how near full scale it is', () => {
  const { paint, painter } = meter()
  painter.update(1, 0.3, DRAW_MS)
  expect(paint.row(0).colours).toEqual(new Set(['#3fae62', '#f2b03b', '#ff5a45']))
  expect(paint.row(1).colours).toEqual(new Set(['#3fae62', '#f2b03b']))
})

test('the lamp is lit by full scale, and goes out after 2 s', () => {
  const { paint, painter } = meter()
  painter.update(1, 0.5, DRAW_MS)
  expect([paint.row(0).lamp, paint.row(1).lamp]).toEqual([true, false])
  painter.update(0.1, 0.1, 1999)
  expect(paint.row(0).lamp).toBe(true)
  painter.update(0.1, 0.1, 1)
  expect(paint.row(0).lamp).toBe(false)
})

test('what can not be seen is not painted, and of what changes only the difference', () => {
  const { paint, painter } = meter()
  painter.update(0.5, 0.5, DRAW_MS)
  paint.touches = 0
  // A tone that trembles by a hundredth of a dB.
  for (let i = 0; i < 300; i++) painter.update(i % 2 ? 0.5 : 0.4995, 0.5, DRAW_MS)
  expect(paint.touches).toBe(0)
  painter.update(0.5, 0, 1000)
  // 24 segments went dark; the mark stays.
  expect(paint.touches).toBeLessThanOrEqual(26)
  for (let i = 0; i < 300; i++) painter.update(0, 0, DRAW_MS)
  expect([paint.row(0), paint.row(1)]).toMatchObject([
    { lit: 0, held: 0 },
    { lit: 0, held: 0 },
  ])
  paint.touches = 0
  // Silence.
  for (let i = 0; i < 300; i++) expect(painter.update(0, 0, DRAW_MS)).toBe(false)
  expect(paint.touches).toBe(0)
})

test('at rest everything is dark at once', () => {
  const { paint, painter } = meter()
  painter.update(1, 1, DRAW_MS)
  painter.rest()
  expect(paint.row(0)).toMatchObject({ lit: 0, held: 0, lamp: false })
})

test('another size shows the same level anew', () => {
  const { paint, painter } = meter()
  painter.update(0.5, 0.5, DRAW_MS)
  painter.resize(30 * 7 + 18, 1)
  painter.update(0.5, 0.5, 0)
  // The canvas was emptied by its new size; the fake keeps what was beyond it.
  expect(paint.scale).toBe(1)
  expect(paint.touches).toBeGreaterThan(80)
})

test.each([1, 1.25, 1.5, 2.625])('at %d pixels a CSS pixel every edge lies on a whole one', (scale) => {
  const edges: number[] = []
  const edge = (x: number, y: number, width: number, height: number) =>
    void edges.push(...[x, y, x + width, y + height].map((px) => px * scale))
  const painter = new MeterPainter({ fillStyle: '', setTransform() {}, fillRect: edge, clearRect: edge })
  painter.resize(WIDTH_PX, scale)
  painter.update(1, 0.5, DRAW_MS)
  painter.update(0, 0, 1000)
  expect(edges.length).toBeGreaterThan(100)
  for (const px of edges) expect(Math.abs(px - Math.round(px))).toBeLessThan(1e-6)
})
