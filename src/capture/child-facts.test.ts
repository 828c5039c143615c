import { expect, test } from 'vitest'
import { BlockIntervals, ChildFacts } from './child-facts.ts'

test('times between blocks are counted below the edge they are under, and the longest in the last', () => {
  const intervals = new BlockIntervals()
  let nowMs = 1000
  intervals.add(nowMs)
  for (const ms of [0, 0.4, 2.9, 2.9, 3, 60, 5000]) {
    nowMs += ms
    intervals.add(nowMs)
  }
  const { edgesMs, counts } = intervals.counts()
  expect(counts).toHaveLength(edgesMs.length + 1)
  const below = (edge: number) => counts[edgesMs.indexOf(edge)]
  expect([below(0.5), below(3), below(3.5), counts[edgesMs.length]]).toEqual([2, 2, 1, 2])
  expect(counts.reduce((a, b) => a + b)).toBe(7)
})

test('the facts come with every 20th window of the meters, and say what the process costs', () => {
  const facts = new ChildFacts()
  const told = Array.from({ length: 60 }, () => facts.window())
  expect(told.flatMap((one, i) => (one === undefined ? [] : [i]))).toEqual([19, 39, 59])
  expect(told[19]?.rssMb).toBeGreaterThan(5)
  expect(told[19]?.cpuPercent).toBeGreaterThanOrEqual(0)
})
