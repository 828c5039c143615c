import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LatestSender } from './latest-sender.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('the first goes at once, of those that come too soon only the last', async () => {
  const sent: [number, number][] = []
  const startMs = performance.now()
  const sender = new LatestSender<number>({
    everyMs: 50,
    send: async (value) => void sent.push([value, performance.now() - startMs]),
  })
  for (let i = 0; i < 100; i++) {
    sender.offer(i)
    await vi.advanceTimersByTimeAsync(10)
  }
  await vi.advanceTimersByTimeAsync(1000)
  expect(sent[0]).toEqual([0, 0])
  expect(sent.at(-1)?.[0]).toBe(99)
  // A second of moving, 20 a second.
  expect(sent).toHaveLength(21)
})

test('nothing overtakes what is under way', async () => {
  const sent: number[] = []
  let finish = () => {}
  const sender = new LatestSender<number>({
    everyMs: 50,
    send: (value) => {
      sent.push(value)
      return new Promise((resolve) => {
        finish = resolve
      })
    },
  })
  sender.offer(1)
  await vi.advanceTimersByTimeAsync(500)
  sender.offer(2)
  sender.offer(3)
  await vi.advanceTimersByTimeAsync(500)
  expect(sent).toEqual([1])
  finish()
  await vi.advanceTimersByTimeAsync(0)
  expect(sent).toEqual([1, 3])
})
