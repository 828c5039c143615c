// @vitest-environment happy-dom
// The meter tells the level, and leaves the page alone while nothing visible has changed.
import { expect, test } from 'vitest'
import { MeterBar } from './meter-bar.ts'

const DRAW_MS = 1000 / 30

function bar() {
  const cover = document.createElement('div')
  const hold = document.createElement('div')
  const clip = document.createElement('span')
  const writes: string[] = []
  for (const part of [cover, hold, clip]) {
    const { style } = part
    const counted = new Proxy(style, {
      set(target, key, value) {
        writes.push(String(key))
        return Reflect.set(target, key, value)
      },
    })
    Object.defineProperty(part, 'style', { value: counted })
  }
  return { meter: new MeterBar({ cover, hold, clip }), cover, hold, clip, writes }
}

const shift = (part: HTMLElement) => Number(/translateX\((.*)%\)/.exec(part.style.transform)?.[1])

test('it begins dark and shows peaks on a scale of 60 dB', () => {
  const { meter, cover, hold } = bar()
  expect([shift(cover), shift(hold), hold.style.opacity]).toEqual([0, 0, '0'])
  meter.update(0.5, DRAW_MS)
  expect(shift(cover)).toBeCloseTo(100 - 6.02 / 0.6, 0)
  expect(shift(hold)).toBe(shift(cover))
  expect(hold.style.opacity).toBe('1')
  meter.update(0, 1000)
  expect(shift(cover)).toBeCloseTo(100 - 30.02 / 0.6, 0)
  expect(shift(hold)).toBeCloseTo(100 - 6.02 / 0.6, 0)
})

test('the lamp is lit by full scale, and goes out after 2 s', () => {
  const { meter, clip } = bar()
  expect(clip.style.opacity).toBe('0.18')
  meter.update(1, DRAW_MS)
  expect(clip.style.opacity).toBe('1')
  meter.update(0.1, 1999)
  expect(clip.style.opacity).toBe('1')
  meter.update(0.1, 1)
  expect(clip.style.opacity).toBe('0.18')
})

test('what can not be seen is not written, and nothing that needs a layout ever is', () => {
  const { meter, writes } = bar()
  meter.update(0.5, DRAW_MS)
  writes.length = 0
  // A tone that trembles by a hundredth of a dB.
  for (let i = 0; i < 300; i++) meter.update(i % 2 ? 0.5 : 0.4995, DRAW_MS)
  expect(writes).toEqual([])
  for (let i = 0; i < 300; i++) meter.update(0, DRAW_MS)
  expect(writes.length).toBeGreaterThan(40)
  expect(new Set(writes)).toEqual(new Set(['transform', 'opacity']))
  writes.length = 0
  // Silence.
  for (let i = 0; i < 300; i++) meter.update(0, DRAW_MS)
  expect(writes).toEqual([])
})
