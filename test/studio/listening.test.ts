import { expect, test } from 'vitest'
import { silences } from './listening.ts'

test('a silence is a run of near nothing that sound follows', () => {
  const sound = new Float32Array(1000).fill(0.1)
  sound.fill(0.002, 100, 200)
  sound.fill(0, 400, 440)
  sound.fill(0, 900)
  expect(silences(sound, 50, 1000)).toEqual([{ from: 100, to: 200 }])
  expect(silences(sound, 40, 1000)).toEqual([
    { from: 100, to: 200 },
    { from: 400, to: 440 },
  ])
})
