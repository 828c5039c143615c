import { expect, test } from 'vitest'
import { CaptureTotals } from './capture-totals.ts'

const counters = (over = {}) => ({
  blocks: 10,
  overflows: 0,
  gaps: 0,
  gapFrames: 0,
  clippedFrames: 0,
  droppedBlocks: 0,
  droppedFrames: 0,
  ...over,
})
const child = (over = {}) => ({ counters: counters(over), rateHz: 48_000, periodFrames: 128 })

test('what a child has counted stays when the next one counts from nothing', () => {
  const totals = new CaptureTotals()
  expect(totals.sums).toEqual({ ...counters({ blocks: 0 }), gapMs: 0 })
  expect(totals.intervalsMs).toBeUndefined()
  totals.note(child({ overflows: 1 }), undefined)
  totals.note(child({ blocks: 20, overflows: 2, gapFrames: 480 }), { edgesMs: [1, 2], counts: [1, 2, 3] })
  totals.begin()
  expect(totals.sums).toMatchObject({ blocks: 20, overflows: 2, gapFrames: 480, gapMs: 10 })
  totals.note(child({ overflows: 1 }), { edgesMs: [1, 2], counts: [0, 4, 0] })
  expect(totals.sums).toMatchObject({ blocks: 30, overflows: 3, gapMs: 10 })
  const { counts, sum } = totals.intervalsMs ?? { counts: [], sum: 0 }
  expect([...Array.from(counts)]).toEqual([1, 6, 3])
  expect(sum).toBeCloseTo(10 * (128 / 48) + 10)
})

test('a child of another rate counts its gaps in its own time', () => {
  const totals = new CaptureTotals()
  totals.note(child({ gapFrames: 480 }), undefined)
  totals.begin()
  totals.note({ ...child({ gapFrames: 441 }), rateHz: 44_100 }, undefined)
  expect(totals.sums.gapMs).toBeCloseTo(20)
})
