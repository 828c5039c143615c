import { expect, test } from 'vitest'
import type { Together } from '../lib/hear-together.ts'
import { pairSkews } from '../lib/skew.ts'
import { laterThanFirst, putTogether } from './heard.ts'

/** Chirps at which each listener is as late as told, ms. */
function piece(...delays: readonly (readonly number[])[]): Together {
  const listeners = delays.map((ofOne) =>
    ofOne.map((delayMs, index) => ({ index, playedMs: index * 500, delayMs, confidence: 1 })),
  )
  return { played: delays[0]?.length ?? 0, listeners, pairs: pairSkews(listeners) }
}

test('pieces count as one: signed middle, and how far apart', () => {
  const heard = putTogether([piece([80, 80], [81, 82]), piece([80, 80], [83, 76])])
  expect(heard.played).toBe(4)
  expect(heard.delaysMs).toEqual([
    [80, 80, 80, 80],
    [81, 82, 83, 76],
  ])
  const [pair] = heard.pairs
  expect(pair).toMatchObject({ pair: [0, 1], heard: 4, meanMs: 0.5, medianMs: 1 })
  expect(pair?.absMs).toMatchObject({ p50: 2, max: 4 })
})

test('a trim is how much later than the first a listener is', () => {
  expect(laterThanFirst(piece([80, 80, 80], [83, 83.1, 82.9], [70, 71, 70]))).toEqual([0, 3, -10])
})

test('a trim of one who heard nothing is not known', () => {
  expect(laterThanFirst(piece([80], []))).toEqual([0, Number.NaN])
})
