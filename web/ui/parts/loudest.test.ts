import { expect, test } from 'vitest'
import { Loudest } from './loudest.ts'

test('the highest peak of each 2 s is told, and no more often', () => {
  const loudest = new Loudest()
  const told: [number, number][] = []
  for (let ms = 0; ms < 6100; ms += 50) {
    // One loud note in the first 2 s.
    const peak = loudest.update(ms === 500 ? 0.5 : 0.01, ms)
    if (peak !== undefined) told.push([ms, peak])
  }
  expect(told).toEqual([
    [2000, 0.5],
    [4000, 0.01],
    [6000, 0.01],
  ])
})
