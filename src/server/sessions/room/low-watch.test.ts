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

test('what was held of another delay, or said of it too late, is not enough of this one', () => {
  const watch = new LowWatch()
  watch.step(held(0, 4900), DELAY_MS, 0)
  watch.refill(0)
  expect(watch.step(held(0, 4900), 22_000, 0)).toBeUndefined()
  expect(watch.step(held(1.9e6, 21_000), 22_000, 1.9e6)).toBeUndefined()
  expect(watch.step(held(2.9e6, 0), 22_000, 2.9e6)).toBeUndefined()
  expect(watch.step(held(3.9e6, 14_000), 22_000, 3.9e6)).toBeUndefined()
  expect(watch.step(held(4.9e6, 5000), 22_000, 4.9e6)).toBe('pause')
  watch.refill(5e6)
  expect(watch.step(held(5e6, 5000), 30_000, 5e6)).toBe('play')
})

test('with another stream its own pause is over, too', () => {
  const watch = new LowWatch()
  watch.step(held(0, 4900), DELAY_MS, 0)
  watch.step(held(0, 0), DELAY_MS, 0)
  watch.begin(0)
  expect(watch.pausing).toBe(false)
  expect(watch.step(held(3e6, 4900), DELAY_MS, 3e6)).toBeUndefined()
})

test('nobody is waited for longer than it has patience, nor again at once', () => {
  const watch = new LowWatch(10_000)
  const step = (s: number, ...ms: number[]) => watch.step(held(s * 1e6, ...ms), DELAY_MS, s * 1e6)
  step(0, 4900, 4900)
  expect(step(1, 4900, 1000)).toBe('pause')
  expect(step(10.9, 4900, 2900)).toBeUndefined()
  expect(step(11, 4900, 2900)).toBe('play')
  expect(step(12, 4900, 0)).toBeUndefined()
  expect(step(13, 4900, 3000)).toBeUndefined()
  expect(step(14, 4900, 1000)).toBeUndefined()
})

test('one that runs low again and again costs the others little', () => {
  const watch = new LowWatch(10_000)
  let pausedS = 0
  // Every 20 s it has nothing for 6.
  for (let s = 0; s < 600; s += 0.1) {
    watch.step(held(s * 1e6, 4900, s % 20 < 14 ? 4900 : 0), DELAY_MS, s * 1e6)
    if (watch.pausing) pausedS += 0.1
  }
  expect(pausedS).toBeGreaterThan(10)
  expect(pausedS).toBeLessThan(60)
})

test('who was waited for too often is waited for again after it has had enough for long', () => {
  const watch = new LowWatch(10_000)
  const run = (fromS: number, toS: number, ms: number) => {
    const done = new Set<string | undefined>()
    for (let s = fromS; s < toS; s += 0.1) done.add(watch.step(held(s * 1e6, 4900, ms), DELAY_MS, s * 1e6))
    return done
  }
  run(0, 10, 4900)
  expect(run(10, 25, 0)).toContain('pause')
  run(25, 60, 4900)
  expect(run(60, 70, 0)).not.toContain('pause')
  run(70, 130, 4900)
  expect(run(130, 131, 0)).toContain('pause')
})

test('when it is not wanted any more it goes on, once, with what it has paused', () => {
  const watch = new LowWatch()
  expect(watch.stop()).toBeUndefined()
  watch.step(held(0, 4900), DELAY_MS, 0)
  watch.step(held(0, 0), DELAY_MS, 0)
  expect([watch.stop(), watch.stop()]).toEqual(['play', undefined])
})
