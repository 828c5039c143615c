// A listener on a way that is long, not full: what is under way there is not waiting anywhere.
import { expect, test } from 'vitest'
import { rungNamed } from '../../shared/rungs.ts'
import { RECEIPT_MS } from '../../shared/wire/control.ts'
import { FakeSocket } from '../fixtures/fake-socket.ts'
import { rungPacket } from '../fixtures/packets.ts'
import { zeroCounters } from './counters.ts'
import { MAX_BASELINE_MS, SKIP_ABOVE_MS } from './limits.ts'
import { Listener } from './listener.ts'
import { RungStream } from './rung-stream.ts'

const RATE_HZ = 48_000
const FRAMES = 120
const RECEIPT = { type: 'receipt', streamId: 7, latenessMs: 0, targetMs: 0, episodes: 0, opus: true } as const
const PACKET_MS = (FRAMES * 1000) / RATE_HZ

interface Link {
  /** There and back, at that time. */
  rttMs: (nowMs: number) => number
  /** Of what live PCM takes; what is more waits in a queue without an end. */
  rate?: number
  steady?: boolean
}

/** So much of live PCM was left out in every two seconds, and so much was in flight at most, ms. */
function listened(seconds: number, { rttMs, rate = Number.POSITIVE_INFINITY, steady = false }: Link) {
  const clock = { nowMs: 0 }
  const listener = new Listener(new FakeSocket(), new FakeSocket(), zeroCounters(), () => clock.nowMs)
  if (steady) {
    const segments = [{ from: 0, shift: 0, muted: false }]
    Object.assign(listener, { route: { segments, delayMs: 10_000 }, patienceMs: 9000 })
  }
  const stream = new RungStream(rungNamed('pcm16'))
  stream.begin(RATE_HZ)
  listener.begin(7, RATE_HZ)
  stream.add(listener)
  stream.start(listener)
  const due: { atMs: number; act: () => void }[] = [{ atMs: rttMs(0), act: () => listener.asks() }]
  const later = (atMs: number, act: () => void) => {
    const next = due.findIndex((one) => one.atMs > atMs)
    due.splice(next < 0 ? due.length : next, 0, { atMs, act })
  }
  let got = { packets: 0, bytes: 0, position: 0 }
  let freeMs = 0
  let mostMs = 0
  const leftOut: number[] = []
  for (let number = 0; clock.nowMs < seconds * 1000; number++, clock.nowMs += PACKET_MS) {
    const { nowMs } = clock
    const before = listener.sent.packets
    stream.publish(rungPacket(number, FRAMES))
    const sent = listener.sent.packets - before
    if (sent > 0) {
      freeMs = Math.max(freeMs, nowMs) + (sent * PACKET_MS) / rate
      const said = {
        packets: listener.sent.packets,
        bytes: listener.sent.bytes,
        position: listener.place.next,
      }
      later(freeMs + rttMs(nowMs) / 2, () => {
        got = said
      })
    }
    if (nowMs % RECEIPT_MS === 0) {
      const receipt = { ...RECEIPT, ...got }
      if (got.packets > 0) later(nowMs + rttMs(nowMs) / 2, () => listener.hear(receipt))
    }
    mostMs = Math.max(mostMs, listener.flow.ms)
    const period = Math.floor(nowMs / 2000)
    leftOut[period] = (leftOut[period] ?? 0) + listener.skipped.inFlight + listener.skipped.backlog
    listener.skipped.inFlight = 0
    listener.skipped.backlog = 0
    while (due[0] !== undefined && due[0].atMs <= clock.nowMs) due.shift()?.act()
  }
  return { leftOut, mostMs, flow: listener.flow }
}

const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0)

test.each([20, 200, 350, 600])('nothing is left out at a round trip of %i ms', (rtt) => {
  expect(sum(listened(30, { rttMs: () => rtt }).leftOut.slice(1))).toBe(0)
})

test.each([
  [150, false],
  [300, false],
  [600, false],
  [450, true],
])('a way that becomes longer, 50 to %i ms, is found out; ten seconds held: %s', (rtt, steady) => {
  const { leftOut } = listened(60, { rttMs: (nowMs) => (nowMs < 10_000 ? 50 : rtt), steady })
  expect(sum(leftOut.slice(15))).toBe(0)
})

test.each([2, 20, 45, 70])('a queue is not taken for a long way, at a round trip of %i ms', (rtt) => {
  const { mostMs, flow, leftOut } = listened(120, { rttMs: () => rtt, rate: 0.5 })
  expect(leftOut.every((packets) => packets > 0)).toBe(true)
  const wayMs = Math.max(MAX_BASELINE_MS, rtt + RECEIPT_MS)
  expect(mostMs).toBeLessThanOrEqual(SKIP_ABOVE_MS + wayMs)
  expect(flow.baselineMs).toBeLessThanOrEqual(wayMs)
})

test('what is asked for later says nothing of the way', () => {
  const clock = { nowMs: 0 }
  const listener = new Listener(new FakeSocket(), new FakeSocket(), zeroCounters(), () => clock.nowMs)
  listener.begin(7, RATE_HZ)
  const { baselineMs } = listener.flow
  listener.hear({ ...RECEIPT, packets: 0, bytes: 0, position: 0 })
  clock.nowMs = 60_000
  listener.asks()
  expect(listener.flow.baselineMs).toBe(baselineMs)
})
