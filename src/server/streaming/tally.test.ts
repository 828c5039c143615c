import { expect, test } from 'vitest'
import { FakeSocket } from '../fixtures/fake-socket.ts'
import { zeroCounters } from './counters.ts'
import { Listener } from './listener.ts'

const RECEIPT = {
  type: 'receipt' as const,
  streamId: 7,
  position: 0,
  packets: 0,
  bytes: 0,
  latenessMs: 0,
  targetMs: 0,
  episodes: 0,
  opus: true,
}

function playing() {
  const clock = { ms: 0 }
  const counters = zeroCounters()
  const socket = new FakeSocket()
  const listener = new Listener(socket, socket, counters, () => clock.ms)
  listener.begin(7, 48_000)
  const total = (counts: ArrayLike<number>) => Array.from(counts).reduce((sum, count) => sum + count, 0)
  return { clock, counters, listener, total }
}

test('what a listener was sent is of the rung it was on then, counted once', () => {
  const { counters, listener } = playing()
  listener.sendAudio(Buffer.alloc(100), 0, 480, 1)
  listener.sendAudio(Buffer.alloc(100), 480, 960, 2)
  listener.switched('opus-96', 'asked for')
  listener.sendAudio(Buffer.alloc(10), 960, 1440, 1)
  listener.settle()
  listener.settle()
  expect(counters.sentByRung.pcm16).toEqual({ packets: 3, bytes: 200 })
  expect(counters.sentByRung['opus-96']).toEqual({ packets: 1, bytes: 10 })
})

test('each receipt counts once what is in flight, and what the way takes once that is known', () => {
  const { clock, counters, listener, total } = playing()
  let position = 0
  for (let i = 0; i < 20; i++) {
    for (let j = 0; j < 10; j++) {
      listener.sendAudio(Buffer.alloc(100), position, position + 480, 1)
      position += 480
    }
    clock.ms += 100
    // Everything but the last 40 ms has come.
    listener.hear({ ...RECEIPT, position: position - 4 * 480, packets: listener.sent.packets - 4 })
  }
  expect(total(counters.heard.inFlightMs.counts)).toBe(20)
  expect(counters.heard.inFlightMs.sum / 20).toBeCloseTo(40)
  expect(counters.heard.rttMs.sum / total(counters.heard.rttMs.counts)).toBeCloseTo(40)
})

test('who sends more receipts than it should counts no more than others', () => {
  const { clock, counters, listener, total } = playing()
  for (let i = 0; i < 1000; i++) {
    clock.ms += 1
    listener.hear(RECEIPT)
  }
  expect(total(counters.heard.inFlightMs.counts)).toBeLessThanOrEqual(11)
})

test('runs of missing sound are counted as receipts tell of more of them, and not all that one may claim', () => {
  const { counters, listener } = playing()
  // A page that comes back has some already.
  for (const episodes of [3, 3, 5, 0, 1]) listener.hear({ ...RECEIPT, episodes })
  expect(counters.heard.episodes).toBe(3)
  listener.hear({ ...RECEIPT, episodes: 1e9 })
  expect(counters.heard.episodes).toBe(13)
})
