import { expect, test } from 'vitest'
import { offBy, parseWaterfall } from './shown-waterfall.ts'

const SHOWN = `Delay from key to ear
31.4
ms
± 2 ms
Capture 3.1 ms
The interface collects a little sound, and it is mixed.
Network −0.2 ms
Buffer 12.4 ms
Output 16.1 ms
In all 31.4 ms`

test('what a person reads is read', () => {
  expect(parseWaterfall(SHOWN)).toEqual({ parts: [3.1, -0.2, 12.4, 16.1], total: 31.4 })
  expect(offBy(parseWaterfall(SHOWN))).toBeCloseTo(0, 6)
})

test('parts that do not add up are found, and what is not known adds up to nothing', () => {
  expect(offBy(parseWaterfall(SHOWN.replace('12.4', '10.4')))).toBeCloseTo(2, 6)
  expect(offBy(parseWaterfall(SHOWN.replace('16.1 ms', 'not known')))).toBeNull()
})
