// A listener on a way that is long, not full: what is under way there is not waiting anywhere.
import { expect, test } from 'vitest'
import { rungNamed } from '../../shared/rungs.ts'
import { RECEIPT_MS } from '../../shared/wire/control.ts'
import { FakeSocket } from '../fixtures/fake-socket.ts'
import { rungPacket } from '../fixtures/packets.ts'
import { zeroCounters } from './counters.ts'
import { Listener } from './listener.ts'
import { RungStream } from './rung-stream.ts'

const RATE_HZ = 48_000
const FRAMES = 120
const RECEIPT = { type: 'receipt', streamId: 7, latenessMs: 0, targetMs: 0, episodes: 0, opus: true } as const
const PACKET_MS = (FRAMES * 1000) / RATE_HZ

/** Half a minute of live PCM, acknowledged over a way of this round trip; how much of it was left out after the first two seconds. */
function leftOut(rttMs: number): number {
  const clock = { nowMs: 0 }
  const listener = new Listener(new FakeSocket(), new FakeSocket(), zeroCounters(), () => clock.nowMs)
  const stream = new RungStream(rungNamed('pcm16'))
  stream.begin(RATE_HZ)
  listener.begin(7, RATE_HZ)
  stream.add(listener)
  stream.start(listener)
  const due: { atMs: number; act: () => void }[] = [{ atMs: rttMs, act: () => listener.asks() }]
  const skipped = () => listener.skipped.inFlight + listener.skipped.backlog
  let early = 0
  for (let number = 0; clock.nowMs < 30_000; number++, clock.nowMs += PACKET_MS) {
    if (clock.nowMs === 2000) early = skipped()
    stream.publish(rungPacket(number, FRAMES))
    const said = { packets: listener.sent.packets, bytes: listener.sent.bytes, position: listener.place.next }
    // What has been sent by now is in the receipt that is written half a round trip on, and comes another half later.
    if (clock.nowMs % RECEIPT_MS === 0 && said.packets > 0)
      due.push({ atMs: clock.nowMs + rttMs, act: () => listener.hear({ ...RECEIPT, ...said }) })
    while (due[0] !== undefined && due[0].atMs <= clock.nowMs) due.shift()?.act()
  }
  return skipped() - early
}

test.each([20, 200, 350, 600])('nothing is left out at a round trip of %i ms', (rttMs) => {
  expect(leftOut(rttMs)).toBe(0)
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
