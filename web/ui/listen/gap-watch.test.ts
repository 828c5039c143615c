import { expect, test } from 'vitest'
import { type GapLook, type Gaps, type GapWatch, watchGaps } from './gap-watch.ts'

/** What is told after these looks, four a second, and a quiet second. */
function told(looks: [episodes: number, concealedMs: number][]): Gaps | undefined {
  let watch: GapWatch | undefined
  let last: GapLook = { episodes: 0, concealedMs: 0, playing: true }
  let nowMs = 0
  for (const look of [[0, 0], ...looks, ...Array(4).fill(undefined)]) {
    if (look) last = { episodes: look[0], concealedMs: look[1], playing: true }
    const seen = watchGaps(watch, last, nowMs)
    watch = seen.watch
    nowMs += 250
    if (seen.gaps) return seen.gaps
  }
  return undefined
}

test('the longest gap is the longest one, however short the others are', () => {
  const looks: [number, number][] = [
    [1, 150],
    [2, 153],
    [3, 156],
    [4, 159],
    [5, 162],
  ]
  expect(told(looks)).toEqual({ count: 5, ms: 162, mostMs: 150 })
})

test('a gap that goes on from one look to the next is one', () => {
  expect(
    told([
      [1, 60],
      [1, 310],
      [2, 320],
    ]),
  ).toEqual({ count: 2, ms: 320, mostMs: 310 })
})

test('of those between two looks the mean is told', () => {
  expect(told([[3, 30]])).toEqual({ count: 3, ms: 30, mostMs: 10 })
})
