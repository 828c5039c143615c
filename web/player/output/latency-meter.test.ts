// The estimate against markers whose latency is known exactly, through the real playout in virtual time.
import { expect, test, vi } from 'vitest'
import { Playout } from '../../../src/shared/playout/playout.ts'
import { ControlBlock, createControlBlock } from '../../../src/shared/ring/control-block.ts'
import { createSampleRing, SampleRing } from '../../../src/shared/ring/sample-ring.ts'
import { LatencyMeter } from './latency-meter.ts'
import { contextZeroMs } from './leaving-line.ts'
import { OutputLead } from './output-lead.ts'
import type { OutputReading } from './output-timestamps.ts'

// A minute of virtual time is seconds of real work, on a busy machine many.
vi.setConfig({ testTimeout: 60_000 })

const STREAM_HZ = 44_100
const PACKET = 128
const PACKET_MS = (PACKET / STREAM_HZ) * 1000
const TRANSIT_MS = 2
const BURST = 512
const ORIGIN_MS = 1_000_000
const FRAME_MS = 1000 / STREAM_HZ

interface Device {
  contextHz: number
  /** How much faster than it says the device runs. */
  ppm: number
  /** From the start of a callback to the sound of its first frame. */
  outputMs: number
}

type Clock = Device & { startMs: number; heardMs: (frame: number) => number }

/** Local time at which a position is captured. */
const capturedMs = (position: number) => ORIGIN_MS + position * FRAME_MS
const isMarker = (position: number) => position % STREAM_HZ === 12_345

/**
 * Plays 20 s with a marker every second. `read`: what the browser says of its output at `nowMs`, after callback `k`.
 * Returns the estimate, and the true mean latency of the markers of the last 10 s.
 */
function play(device: Device, read: (clock: Clock, k: number, nowMs: number) => Partial<OutputReading>) {
  const ring = new SampleRing(createSampleRing())
  const control = new ControlBlock(createControlBlock())
  const playout = new Playout({ ring, control, contextRateHz: device.contextHz })
  const meter = new LatencyMeter(control)
  const lead = new OutputLead(() => ORIGIN_MS)
  const startMs = ORIGIN_MS + 500
  const trueHz = device.contextHz * (1 + device.ppm * 1e-6)
  const heardMs = (frame: number) => startMs + (frame * 1000) / trueHz + device.outputMs
  const clock = { ...device, startMs, heardMs }
  playout.openStream(1, STREAM_HZ)
  control.set('dateSkewMs', -0.5) // the mean of what Date.now() cuts off
  control.set('fixedTargetFrames', 0.03 * STREAM_HZ)
  control.set('captureMs', PACKET_MS)
  control.set('networkMs', TRANSIT_MS)
  control.set('clockErrorMs', TRANSIT_MS)

  const out: number[] = []
  const left = new Float32Array(128)
  const right = new Float32Array(128)
  let packet = 0
  let readMs = startMs
  for (let k = 0; k * BURST < 20 * device.contextHz; k++) {
    const nowMs = startMs + (k * BURST * 1000) / trueHz
    // Readings between the callbacks, as the page's timer takes them.
    for (; readMs < nowMs; readMs += 100 + (k % 7)) {
      const reading = { contextTimeS: 0, performanceMs: 0, nowMs: readMs - ORIGIN_MS }
      meter.sample(reading.nowMs, STREAM_HZ)
      lead.sample(
        { ...reading, ...read(clock, k - 1, readMs) },
        { zeroMs: contextZeroMs(control, STREAM_HZ), burstMs: control.get('burstFrames') * FRAME_MS },
      )
    }
    for (; capturedMs((packet + 1) * PACKET) + TRANSIT_MS <= nowMs; packet++) {
      const first = packet * PACKET
      const sound = Float32Array.from({ length: PACKET }, (_, i) => Number(isMarker(first + i)))
      ring.writeFloat32(first, sound, sound, PACKET)
      control.set('newestPosition', first + PACKET)
      control.set('captureAnchorMs', capturedMs(first))
      control.set('captureAnchorPosition', first)
    }
    control.writeLine({
      serial: 1,
      ms: nowMs,
      position: (nowMs - TRANSIT_MS - PACKET_MS - ORIGIN_MS) / FRAME_MS,
      rateHz: STREAM_HZ,
    })
    for (let q = 0; q < BURST; q += 128) {
      playout.render(left, right, k * BURST + q, Math.floor(nowMs))
      out.push(...left)
    }
  }
  return {
    estimate: meter.read(PACKET_MS, lead),
    truthMs: markerLatencyMs(out, heardMs),
    truthOutputMs: device.outputMs,
  }
}

/** Mean over the last 10 s, from the peaks of what left the worklet. */
function markerLatencyMs(out: readonly number[], heardMs: (frame: number) => number): number {
  const latencies: number[] = []
  for (let frame = 1; frame < out.length - 1; frame++) {
    const [a, b, c] = [out[frame - 1] as number, out[frame] as number, out[frame + 1] as number]
    if (b < 0.3 || b < a || b <= c) continue
    const peakMs = heardMs(frame + (a - c) / (2 * (a - 2 * b + c)))
    // The marker is the last one captured that long ago: latency is below a second.
    const marker = Math.floor(((peakMs - ORIGIN_MS) / FRAME_MS - 12_345) / STREAM_HZ) * STREAM_HZ + 12_345
    latencies.push(peakMs - capturedMs(marker))
  }
  const last = latencies.slice(-10)
  return last.reduce((sum, ms) => sum + ms, 0) / last.length
}

/** As Chromium answers: exactly when the last callback was, and what was being heard then. */
function stamped(
  { contextHz, ppm, outputMs, startMs }: Clock,
  k: number,
  jitterMs = 0,
): Partial<OutputReading> {
  const trueHz = contextHz * (1 + ppm * 1e-6)
  const atMs = startMs + (k * BURST * 1000) / trueHz
  const frame = k * BURST - (outputMs / 1000) * trueHz
  return { contextTimeS: Math.max(0, frame / contextHz), performanceMs: atMs - ORIGIN_MS + jitterMs }
}

test.each([
  { contextHz: 44_100, ppm: 0, outputMs: 22.1 },
  { contextHz: 48_000, ppm: 150, outputMs: 35.3 },
  { contextHz: 48_000, ppm: -200, outputMs: 180 },
])('the estimate is within 0.5 ms of the markers: %j', (device) => {
  const { estimate, truthMs, truthOutputMs } = play(device, (clock, k) =>
    stamped(clock, k, ((k * 7919) % 11) / 10 - 0.5),
  )
  expect(Math.abs((estimate.total ?? 0) - truthMs)).toBeLessThan(0.5)
  expect(Math.abs((estimate.output ?? 0) - truthOutputMs)).toBeLessThan(1)
  const { capture, network, buffer, output, total } = estimate
  expect((capture ?? 0) + (network ?? 0) + (buffer ?? 0) + (output ?? 0)).toBeCloseTo(total ?? 0, 6)
  expect(estimate.errorMs).toBeGreaterThan(0)
  expect(estimate.errorMs).toBeLessThan(10)
})

const DEVICE = { contextHz: 48_000, ppm: 40, outputMs: 25 }
const REPORTED = { baseLatencyS: 0.01, outputLatencyS: 0.015 }

test('where there are no timestamps, what the browser reports is taken', () => {
  const { estimate, truthMs } = play(DEVICE, () => REPORTED)
  expect(Math.abs((estimate.total ?? 0) - truthMs)).toBeLessThan(1)
  expect(estimate.output).toBeCloseTo(25, 6)
})

test('timestamps that say what was rendered, not what is heard, are seen through', () => {
  const { estimate, truthMs } = play(DEVICE, (clock, k) => ({
    ...stamped({ ...clock, outputMs: 0 }, k),
    ...REPORTED,
  }))
  expect(Math.abs((estimate.total ?? 0) - truthMs)).toBeLessThan(1)
})

test('stale timestamps are not believed', () => {
  const { estimate } = play(DEVICE, (clock) => ({ ...stamped(clock, 100), ...REPORTED }))
  expect(estimate.output).toBeCloseTo(25, 6)
})

test('timestamps that a busy machine has spoilt do not move the total, and the error says that they disagree', () => {
  const { estimate, truthMs } = play(DEVICE, (clock, k) => {
    // From the 15th second on 30 ms off, creeping back over 3 s: nothing of that is heard.
    const sinceS = (k * BURST) / clock.contextHz - 15
    const spoiltMs = sinceS > 0 ? Math.max(0, 30 - 10 * (sinceS % 3.1)) : 0
    return { ...stamped(clock, k, spoiltMs), ...REPORTED }
  })
  expect(Math.abs((estimate.total ?? 0) - truthMs)).toBeLessThan(0.5)
  expect(estimate.errorMs).toBeGreaterThan(5)
})

test('a device nobody knows is not guessed: the total is a least value and says so', () => {
  const { estimate } = play(DEVICE, () => ({ baseLatencyS: 0.01, outputLatencyS: 0 }))
  expect(estimate.output).toBeCloseTo(10, 6)
  expect(estimate.errorMs).toBeNull()
})

test('nothing known is null', () => {
  const control = new ControlBlock(createControlBlock())
  control.set('captureMs', Number.NaN)
  control.set('networkMs', Number.NaN)
  expect(new LatencyMeter(control).read(PACKET_MS, new OutputLead(() => 0))).toEqual({
    capture: null,
    network: null,
    buffer: null,
    output: null,
    total: null,
    errorMs: null,
  })
})
