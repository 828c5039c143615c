// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { LevelWords } from './level-words.ts'

test('a screen reader is told the highest peak of each 2 s, and no more often', () => {
  const meter = document.createElement('div')
  const words = new LevelWords(meter)
  const said: (string | null)[] = []
  for (let ms = 0; ms < 6100; ms += 50) {
    // One loud note in the first 2 s.
    words.update(ms === 500 ? 0.5 : 0.01, ms)
    const text = meter.getAttribute('aria-valuetext')
    if (text !== (said.at(-1) ?? null)) said.push(text)
  }
  expect(said).toEqual(['peak −6 dBFS', 'peak −40 dBFS'])
  expect(meter.getAttribute('aria-valuenow')).toBe('-40')
  words.silence()
  expect([meter.getAttribute('aria-valuetext'), meter.getAttribute('aria-valuenow')]).toEqual([
    'silent',
    '-60',
  ])
})

test('what is louder than full scale is said, within the scale', () => {
  const meter = document.createElement('div')
  const words = new LevelWords(meter)
  words.update(2, 0)
  words.update(0, 2000)
  expect([meter.getAttribute('aria-valuetext'), meter.getAttribute('aria-valuenow')]).toEqual([
    'peak 6 dBFS',
    '0',
  ])
})
