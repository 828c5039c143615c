import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LIVE_SEGMENT, type Segment, segmentAt } from '../../shared/room/segments.ts'
import { changedFrom, endAfter, soundsAlike } from './route.ts'

const segment = (from: number, shift = 0, muted = false): Segment => ({ from, shift, muted })

describe('what changes between two lists', () => {
  test.each([
    ['nothing', [LIVE_SEGMENT], [LIVE_SEGMENT], Number.POSITIVE_INFINITY],
    ['a pause is announced', [LIVE_SEGMENT], [LIVE_SEGMENT, segment(900, 0, true)], 900],
    ['it is taken back', [LIVE_SEGMENT, segment(900, 0, true)], [LIVE_SEGMENT], 900],
    ['it comes earlier', [LIVE_SEGMENT, segment(900, 50)], [LIVE_SEGMENT, segment(700, 50)], 700],
    [
      'what is over is forgotten',
      [LIVE_SEGMENT, segment(900, 50)],
      [segment(900, 50)],
      Number.POSITIVE_INFINITY,
    ],
    ['a segment like the one before', [LIVE_SEGMENT], [LIVE_SEGMENT, segment(900)], Number.POSITIVE_INFINITY],
    ['another group', [segment(500, 50)], [LIVE_SEGMENT], 500],
  ] as const)('%s', (_what, before, after, expected) => {
    expect(changedFrom(before, after)).toBe(expected)
  })

  test('is found at its very first frame', () => {
    const list = fc
      .array(fc.tuple(fc.nat(30), fc.nat(2), fc.boolean()), { minLength: 1, maxLength: 5 })
      .map((all) => all.map(([from, shift, muted]) => segment(from, shift, muted)))
      .map((all) => all.toSorted((a, b) => a.from - b.from))
    fc.assert(
      fc.property(list, list, (before, after) => {
        let expected = Number.POSITIVE_INFINITY
        for (let r = Math.max(before[0]?.from ?? 0, after[0]?.from ?? 0); r <= 30; r++) {
          if (soundsAlike(segmentAt(before, r), segmentAt(after, r))) continue
          expected = r
          break
        }
        expect(changedFrom(before, after)).toBe(expected)
      }),
    )
  })
})

test('a segment ends where the next one begins', () => {
  const segments = [LIVE_SEGMENT, segment(900), segment(1200)]
  expect([899, 900, 1200].map((at) => endAfter(segments, at))).toEqual([900, 1200, Number.POSITIVE_INFINITY])
})
