// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { tellLevel } from './level-words.ts'

test.each([
  ['a peak', 0.5, 'peak −6 dBFS', '-6'],
  ['what is louder than full scale, within the scale', 2, 'peak 6 dBFS', '0'],
  ['silence', 0, 'silent', '-60'],
])('a screen reader is told %s', (_, peak, text, now) => {
  const meter = document.createElement('div')
  tellLevel(meter, peak)
  expect([meter.getAttribute('aria-valuetext'), meter.getAttribute('aria-valuenow')]).toEqual([text, now])
})
