// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { StripBar } from './strip-bar.ts'

function bar() {
  const part = () => document.createElement('span')
  const parts = { clip: part(), rms: part(), peak: part(), hold: part() }
  const height = (name: 'rms' | 'peak' | 'hold') =>
    -Number(/translateY\((.*)%\)/.exec(parts[name].style.transform)?.[1])
  return { meter: new StripBar(parts), parts, height }
}

test('it begins dark, and shows peak and RMS on one scale of 60 dB', () => {
  const { meter, parts, height } = bar()
  expect([height('peak') || 0, height('rms') || 0, parts.hold.style.opacity]).toEqual([0, 0, '0'])
  meter.update(0.5, 0.1, 33)
  expect(height('peak')).toBeCloseTo(90, 0)
  expect(height('rms')).toBeCloseTo(66.7, 0)
  expect(height('hold')).toBe(height('peak'))
})

test('the lamp is lit by full scale, for three seconds', () => {
  const { meter, parts } = bar()
  const lit = () => parts.clip.hasAttribute('data-lit')
  meter.update(0.99, 0.1, 33)
  expect(lit()).toBe(false)
  meter.update(1, 0.1, 33)
  meter.update(0, 0, 2900)
  expect(lit()).toBe(true)
  meter.update(0, 0, 200)
  expect(lit()).toBe(false)
})
