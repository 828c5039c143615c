import { expect, test } from 'vitest'
import { ControlBlock, createControlBlock } from '../../src/shared/ring/control-block.ts'
import { createSampleRing, SampleRing } from '../../src/shared/ring/sample-ring.ts'
import type { AudioConfig } from '../../src/shared/wire/control.ts'
import { CurrentStream } from './current-stream.ts'
import { fakeConfig } from './fake-config.ts'
import { fakePackets } from './fake-packets.ts'

const RATE = 44_100
const FRAMES = 128
const MESSAGE = 10 * FRAMES
/** 20.3 s. */
const END = 700 * MESSAGE

/** The first second has been played, the rest is held. */
function holding() {
  const memory = createSampleRing()
  const control = new ControlBlock(createControlBlock())
  const due = { to: RATE }
  const stream = new CurrentStream({
    ring: memory,
    control,
    targetMs: 0,
    post: () => {},
    dueTo: () => due.to,
  })
  stream.connected(0)
  stream.configure(fakeConfig(FRAMES) as AudioConfig, 0)
  stream.begins({ from: 0, shift: 0, muted: false }, RATE)
  const sound = () => 1000
  const hear = (from: number) =>
    stream.take(fakePackets({ from, to: from + MESSAGE, frames: FRAMES, rateHz: RATE, sound }), 0)
  for (let from = 0; from < END; from += MESSAGE) hear(from)
  return { stream, control, due, hear, ring: new SampleRing(memory) }
}

test('who leaves a long hold decodes what is about to be played, and not all that was held', () => {
  const { stream, control, due, ring, hear } = holding()
  expect(control.get('heldMs')).toBeGreaterThan(19_000)
  // Most of a ring would have been written over by the time it is read.
  due.to = 18 * RATE
  stream.tick(0)
  expect(ring.available(16.6 * RATE, 1.4 * RATE)).toBe(1.4 * RATE)
  expect(ring.available(16.4 * RATE, 1)).toBe(0)
  expect(stream.readyTo).toBe(END)
  due.to = 19.4 * RATE
  stream.tick(0)
  hear(END)
  expect(ring.available(18 * RATE, 1.4 * RATE)).toBe(1.4 * RATE)
  expect(control.get('packetsMissing')).toBe(0)
})

test('so does who goes to live', () => {
  const { stream, control, due, ring } = holding()
  due.to = Number.POSITIVE_INFINITY
  stream.tick(0)
  expect(ring.available(END - 0.9 * RATE, 0.9 * RATE)).toBe(0.9 * RATE)
  expect(ring.available(END - 1.1 * RATE, 1)).toBe(0)
  expect(control.get('packetsMissing')).toBe(0)
})

test('a worker that comes late to what is due skips nothing of it', () => {
  const { stream, due, ring } = holding()
  due.to = 2.4 * RATE
  stream.tick(0)
  expect(ring.available(0, 2.4 * RATE)).toBe(2.4 * RATE)
})
