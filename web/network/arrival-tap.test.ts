import { expect, test } from 'vitest'
import type { ClockEstimate } from '../../src/shared/clock/clock-sync.ts'
import { ArrivalTap } from './arrival-tap.ts'

const CLOCK: ClockEstimate = {
  ...{ offsetMs: 500, errorMs: 1, networkMs: 1, drift: 0.001, sigmaMs: 0, atMs: 1000, epoch: 1 },
}

function setup() {
  const told: number[][] = []
  const tap = new ArrivalTap((arrivals) => told.push([...arrivals]))
  return { tap, told }
}

test('a latency is by the server clock as it is at that moment', () => {
  const { tap, told } = setup()
  tap.setClock(CLOCK)
  tap.set(true)
  tap.add({ position: 128, captureUs: 1_990_000 }, 1500)
  // Local 1500 is server 1500 + 500 + 0.001 · 500.
  expect(told).toEqual([[128, 10.5]])
})

test('packets are told about once a second', () => {
  const { tap, told } = setup()
  tap.setClock({ ...CLOCK, drift: 0 })
  tap.set(true)
  for (let i = 0; i < 250; i++) tap.add({ position: i, captureUs: 0 }, 2000 + 10 * i)
  expect(told.map((pairs) => pairs.length / 2)).toEqual([1, 100, 100])
  expect(told.flat().filter((_, i) => i % 2 === 0)).toEqual(Array.from({ length: 201 }, (_, i) => i))
})

test('a second with more packets than fit is told in parts', () => {
  const { tap, told } = setup()
  tap.setClock(CLOCK)
  tap.set(true)
  for (let i = 0; i < 1200; i++) tap.add({ position: i, captureUs: 0 }, 3000 + i / 10)
  expect(told.map((pairs) => pairs.length / 2)).toEqual([1, 512, 512])
})

test('nothing is told that nobody wants, or before the clock is known', () => {
  const { tap, told } = setup()
  tap.set(true)
  tap.add({ position: 0, captureUs: 0 }, 1000)
  tap.setClock(CLOCK)
  tap.set(false)
  tap.add({ position: 1, captureUs: 0 }, 5000)
  expect(told).toEqual([])
  tap.set(true)
  tap.add({ position: 2, captureUs: 0 }, 5010)
  expect(told.map(([position]) => position)).toEqual([2])
})
