import { expect, test } from 'vitest'
import { ClipLamp } from './clip-lamp.ts'

test('a peak at full scale lights the lamp for 2 s, and another one for 2 s more', () => {
  const lamp = new ClipLamp()
  lamp.update(0.999, 50)
  expect(lamp.lit).toBe(false)
  lamp.update(1, 50)
  expect(lamp.lit).toBe(true)
  lamp.update(0.2, 1950)
  expect(lamp.lit).toBe(true)
  lamp.update(1.3, 50)
  lamp.update(0, 1990)
  expect(lamp.lit).toBe(true)
  lamp.update(0, 10)
  expect(lamp.lit).toBe(false)
})
