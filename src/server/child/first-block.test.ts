import { expect, test } from 'vitest'
import { FirstBlockWait } from './first-block.ts'

test('a device nobody knows has 1.5 s, one that was quick 0.7, one that took its time twice that, up to 1.5', () => {
  const wait = new FirstBlockWait()
  expect(wait.next()).toBe(1500)
  wait.came(60)
  expect(wait.next()).toBe(700)
  wait.came(450)
  wait.came(60)
  expect(wait.next()).toBe(900)
  wait.came(1400)
  expect(wait.next()).toBe(1500)
})

test('one that is slower than it was is given time in the end', () => {
  const wait = new FirstBlockWait()
  wait.came(60)
  const waits = Array.from({ length: 25 }, () => {
    wait.didNotCome()
    return wait.next()
  })
  expect(waits.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 700))
  expect(waits.slice(20)).toEqual([700, 1500, 700, 1500, 700])
  wait.came(1000)
  expect(wait.next()).toBe(1500)
})
