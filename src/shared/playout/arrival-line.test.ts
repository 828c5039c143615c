import { expect, test } from 'vitest'
import { ArrivalLine } from './arrival-line.ts'

const RATE = 48_000
const FRAMES = 480 // 10 ms

function line(): ArrivalLine {
  const arrivals = new ArrivalLine()
  arrivals.reset(RATE)
  return arrivals
}

/** Packet `i`, captured on the server's clock when its first frame was due. */
function add(arrivals: ArrivalLine, arrivalMs: number, i: number, captureMs = i * 10): void {
  arrivals.add(arrivalMs, i * FRAMES, captureMs)
}

test('runs through the packets that came soonest', () => {
  const arrivals = line()
  for (let i = 0; i < 50; i++) add(arrivals, 1000 + i * 10 + (i % 5), i)
  expect(arrivals.positionAt(1000)).toBeCloseTo(0)
  expect(arrivals.positionAt(1500)).toBeCloseTo(0.5 * RATE)
})

test('does not jump back when a stalled connection delivers its backlog at once', () => {
  const arrivals = line()
  for (let i = 0; i < 300; i++) add(arrivals, i * 10, i)
  // A quarter of a second of nothing, then all of it in one go.
  for (let i = 300; i < 325; i++) {
    add(arrivals, 3250, i)
    expect(arrivals.transitMs).toBe(0)
  }
})

test('is where it was once the backlog of a long stall is through', () => {
  const arrivals = line()
  for (let i = 0; i < 300; i++) add(arrivals, i * 10, i)
  for (let i = 300; i < 451; i++) add(arrivals, 4500, i)
  expect(arrivals.transitMs).toBe(0)
})

test('moves to a longer path within 2 s', () => {
  const arrivals = line()
  for (let i = 0; i < 300; i++) add(arrivals, i * 10, i)
  for (let i = 300; i < 501; i++) add(arrivals, i * 10 + 30, i)
  expect(arrivals.transitMs).toBe(30)
})

test('follows a source whose clock has paused with the next packet', () => {
  const arrivals = line()
  for (let i = 0; i < 300; i++) add(arrivals, i * 10, i)
  add(arrivals, 3020, 300, 3020)
  expect(arrivals.positionAt(3020)).toBeCloseTo(300 * FRAMES)
})

test('is withheld for 100 ms, published with each packet while young, then every 20 ms or when it moves', () => {
  const arrivals = line()
  let published = 0
  for (let ms = 0; ms < 1000; ms += 10) {
    add(arrivals, ms, ms / 10)
    if (arrivals.due(ms)) published++
  }
  expect(published).toBe(90)
  add(arrivals, 1000, 100)
  expect(arrivals.due(1000)).toBe(false)
  add(arrivals, 1005, 101) // 5 ms early: the base falls
  expect(arrivals.due(1005)).toBe(true)
  expect(arrivals.due(1006)).toBe(false)
  expect(arrivals.due(1026)).toBe(true)
})
