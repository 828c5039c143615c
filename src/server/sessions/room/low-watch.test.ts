import { expect, test } from 'vitest'
import { LowWatch } from './low-watch.ts'

const DELAY_MS = 5000
const held = (nowUs: number, ...ms: number[]) => ms.map((heldMs, id) => ({ id, heldMs, heardUs: nowUs }))

test('pauses when one runs low, and goes on when all have enough', () => {
  const watch = new LowWatch()
  const step = (...ms: number[]) => watch.step(held(0, ...ms), DELAY_MS, 0)
  expect(step(4900, 4900)).toBeUndefined()
  expect(step(4900, 1300)).toBeUndefined()
  expect(step(4900, 1200)).toBe('pause')
  expect(step(4900, 900)).toBeUndefined()
  expect(step(4900, 2900)).toBeUndefined()
  expect(watch.pausing).toBe(true)
  expect(step(4900, 3000)).toBe('play')
  expect(step(4900, 2000)).toBeUndefined()
})

test('a member that is still filling does not run low, and does not hold up', () => {
  const watch = new LowWatch()
  const step = (...ms: number[]) => watch.step(held(0, ...ms), DELAY_MS, 0)
  expect(step(4900, 100)).toBeUndefined()
  expect(step(1000, 2900)).toBe('pause')
  expect(step(3100, 200)).toBe('play')
})

test('a member that is gone or set aside is not waited for', () => {
  const watch = new LowWatch()
  watch.step(held(0, 4900, 4900), DELAY_MS, 0)
  expect(watch.step(held(0, 4900, 0), DELAY_MS, 0)).toBe('pause')
  expect(watch.step(held(0, 4900), DELAY_MS, 0)).toBe('play')
  watch.leave(1)
  expect(watch.step(held(0, 4900, 0), DELAY_MS, 0)).toBeUndefined()
})

test('who says nothing gets nothing', () => {
  const watch = new LowWatch()
  const said = held(0, 4900)
  expect(watch.step(said, DELAY_MS, 1e6)).toBeUndefined()
  expect(watch.step(said, DELAY_MS, 5e6)).toBeUndefined()
  expect(watch.step(said, DELAY_MS, 5.2e6)).toBe('pause')
})

test('when a person decides, it does not go on by itself', () => {
  const watch = new LowWatch()
  watch.step(held(0, 4900), DELAY_MS, 0)
  expect(watch.step(held(0, 100), DELAY_MS, 0)).toBe('pause')
  watch.overruled()
  expect(watch.step(held(0, 4900), DELAY_MS, 0)).toBeUndefined()
})
