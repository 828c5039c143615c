import { expect, test } from 'vitest'
import { ArrivalLine } from './arrival-line.ts'

const RATE = 48_000
const FRAMES = 480 // 10 ms

function line(): ArrivalLine {
  const arrivals = new ArrivalLine()
  arrivals.reset(RATE)
  return arrivals
}

test('runs through the packets that came soonest', () => {
  const arrivals = line()
  for (let i = 0; i < 50; i++) arrivals.add(1000 + i * 10 + (i % 5), i * FRAMES)
  expect(arrivals.positionAt(1000)).toBeCloseTo(0)
  expect(arrivals.positionAt(1500)).toBeCloseTo(0.5 * RATE)
})

test('does not jump back when a stalled connection delivers its backlog at once', () => {
  const arrivals = line()
  for (let i = 0; i < 300; i++) arrivals.add(i * 10, i * FRAMES)
  // A quarter of a second of nothing, then all of it in one go.
  for (let i = 300; i < 325; i++) {
    arrivals.add(3250, i * FRAMES)
    expect(arrivals.baseMs).toBe(0)
  }
})

test('is where it was once the backlog of a long stall is through', () => {
  const arrivals = line()
  for (let i = 0; i < 300; i++) arrivals.add(i * 10, i * FRAMES)
  for (let i = 300; i < 451; i++) arrivals.add(4500, i * FRAMES)
  expect(arrivals.baseMs).toBe(0)
})

test('moves to a longer path within 300 ms', () => {
  const arrivals = line()
  for (let i = 0; i < 300; i++) arrivals.add(i * 10, i * FRAMES)
  for (let i = 300; i < 331; i++) arrivals.add(i * 10 + 30, i * FRAMES)
  expect(arrivals.baseMs).toBe(30)
})

test('is withheld for 100 ms, published with each packet while young, then every 20 ms or when it moves', () => {
  const arrivals = line()
  let published = 0
  for (let ms = 0; ms < 1000; ms += 10) {
    arrivals.add(ms, (ms / 10) * FRAMES)
    if (arrivals.due(ms)) published++
  }
  expect(published).toBe(90)
  arrivals.add(1000, 100 * FRAMES)
  expect(arrivals.due(1000)).toBe(false)
  arrivals.add(1005, 101 * FRAMES) // 5 ms early: the base falls
  expect(arrivals.due(1005)).toBe(true)
  expect(arrivals.due(1006)).toBe(false)
  expect(arrivals.due(1026)).toBe(true)
})
