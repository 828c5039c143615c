// A worklet that takes over from another begins with what the network asked of that one.
import { expect, test } from 'vitest'
import { ControlBlock, createControlBlock } from '../ring/control-block.ts'
import { createSampleRing, SampleRing } from '../ring/sample-ring.ts'
import { Playout } from './playout.ts'

const RATE = 44_100
const BURST = 512

/** Plays a perfect network for `seconds`; how far the target is above the device's burst at the start and the end, ms. */
function headroomMs(seconds: number, startHeadroomMs?: number): { first: number; last: number } {
  const ring = new SampleRing(createSampleRing())
  const control = new ControlBlock(createControlBlock())
  if (startHeadroomMs !== undefined) control.set('startHeadroomMs', startHeadroomMs)
  const playout = new Playout({ ring, control, contextRateHz: RATE })
  playout.openStream(1, RATE)
  const silence = new Float32Array(BURST)
  const [left, right] = [new Float32Array(128), new Float32Array(128)]
  let first = Number.NaN
  const now = () => ((control.get('targetFrames') - control.get('burstFrames')) / RATE) * 1000
  for (let frame = 0; frame < seconds * RATE; frame += BURST) {
    const ms = 1000 + (frame / RATE) * 1000
    ring.writeFloat32(frame, silence, silence, BURST)
    control.set('newestPosition', frame + BURST)
    control.writeLine({ serial: 1, ms, position: frame + BURST, rateHz: RATE })
    for (let at = 0; at < BURST; at += 128) playout.render(left, right, frame + at, ms)
    if (Number.isNaN(first) && control.get('playing') === 1) first = now()
  }
  return { first, last: now() }
}

test('with nothing known it begins 6 ms above the burst', () => {
  expect(headroomMs(1).first).toBeCloseTo(6, 6)
  expect(headroomMs(1, 0).first).toBeCloseTo(6, 6)
})

test('with what the one before it needed it begins there, and comes down no faster than it ever does', () => {
  const { first, last } = headroomMs(20, 60)
  expect(first).toBeCloseTo(60, 6)
  expect(last).toBeGreaterThan(50)
  expect(last).toBeLessThan(59)
})
