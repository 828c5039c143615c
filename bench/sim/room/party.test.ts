import { expect, test } from 'vitest'
import { runScene } from './scenes.ts'

test('a room on LAN and Wi-Fi is in step: every pair, all the time', () => {
  const figures = runScene({ name: 'mixed', listeners: 8, minutes: 2, seed: 3 })
  expect(figures.skewP99Ms).toBeLessThanOrEqual(0.5)
  expect(figures.skewMaxMs).toBeLessThanOrEqual(3)
  expect(figures.delayMaxMs).toBeLessThanOrEqual(150)
  expect([figures.resyncs, figures.episodes]).toEqual([0, 0])
  expect(figures.slewPpm).toBeLessThanOrEqual(200)
})

test('on a LAN a listener is in step within 3 s of joining', () => {
  const figures = runScene({ name: 'wired', listeners: 6, minutes: 0.75, seed: 5 })
  expect(figures.lockS).toBeLessThanOrEqual(3)
  expect(figures.delayMaxMs).toBeLessThanOrEqual(80)
})

test('one who stands still for half a second again and again changes nobody’s delay', () => {
  const { delayMaxMs } = runScene({ name: 'mixed', listeners: 6, minutes: 1, seed: 7 })
  const stalled = runScene({ name: 'stalls', listeners: 6, minutes: 1, seed: 7 })
  expect(stalled.delayMaxMs - delayMaxMs).toBeLessThan(1)
})

test('nor where hardly anybody else is there yet, and it needs most itself', () => {
  for (const seed of [1, 2]) {
    const { delayMaxMs } = runScene({ name: 'mixed', listeners: 1, minutes: 0.5, seed })
    const stalled = runScene({ name: 'stalls', listeners: 1, minutes: 0.5, seed })
    expect(stalled.delayMaxMs - delayMaxMs).toBeLessThan(1)
  }
})

test('while the delay is moved by 50 ms and back, everybody stays together', () => {
  const figures = runScene({ name: 'moved', listeners: 6, minutes: 3, seed: 9 })
  expect(figures.delayMaxMs - figures.delayMs).toBeCloseTo(50, 3)
  expect(figures.skewMaxMs).toBeLessThanOrEqual(1)
  expect([figures.resyncs, figures.episodes]).toEqual([0, 0])
})
