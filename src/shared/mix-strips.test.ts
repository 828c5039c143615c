import { expect, test } from 'vitest'
import { gainsOf, OFF_DB, type Strip, stripsOf } from './mix-strips.ts'

const strip = (change: Partial<Strip>): Strip => ({ gainDb: 0, pan: 0, mute: false, solo: false, ...change })

test('hard left and right at 0 dB are the instrument as it is', () => {
  expect(gainsOf([strip({ pan: -1 }), strip({ pan: 1 })])).toEqual([
    [1, 0],
    [0, 1],
  ])
})

test('the middle is both sides, and a gain is in dB', () => {
  const [[left] = [], [right] = []] = gainsOf([strip({ gainDb: -6 })])
  expect(left).toBeCloseTo(0.501, 3)
  expect(right).toBe(left)
})

test('mute, off, and who is not soloed while somebody is', () => {
  const strips = [
    strip({ solo: true }),
    strip({}),
    strip({ solo: true, mute: true }),
    strip({ gainDb: OFF_DB }),
  ]
  expect(gainsOf(strips)[0]).toEqual([1, 0, 0, 0])
})

test('strips come back from their gains', () => {
  const strips = [strip({ pan: -0.25, gainDb: -3 }), strip({ pan: 1 }), strip({ gainDb: OFF_DB }), strip({})]
  for (const [i, { gainDb, pan }] of stripsOf(gainsOf(strips)).entries()) {
    expect(gainDb).toBeCloseTo(strips[i]?.gainDb ?? Number.NaN, 6)
    expect(pan).toBeCloseTo(strips[i]?.pan ?? Number.NaN, 6)
  }
})
