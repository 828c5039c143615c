import { expect, test } from 'vitest'
import { ControlBlock, createControlBlock } from '../ring/control-block.ts'
import { createSampleRing, SampleRing } from '../ring/sample-ring.ts'
import { Playout } from './playout.ts'

const PACKET = 128

interface Rig {
  streamRateHz?: number
  contextRateHz?: number
  /** How much faster than nominal the output device consumes. */
  sinkPpm?: number
  burstQuanta?: number
  seconds: number
  /** Packets for which this is true never arrive. */
  lost?: (packet: number) => boolean
  /** Extra delay of a packet, ms. */
  lateMs?: (packet: number) => number
  /** The device does not ask for audio for `ms` from `atMs` on; packets go on arriving. */
  stall?: { atMs: number; ms: number }
  /** Source and device both stand still for `ms`; the line notices when six blocks have come. */
  pause?: { atMs: number; ms: number }
  /** Called before each device callback. */
  before?: (nowMs: number, rig: { playout: Playout; control: ControlBlock; ring: SampleRing }) => void
}

const tone = (n: number, rateHz: number) => 0.25 * Math.sin((2 * Math.PI * 440 * n) / rateHz)

/** Virtual time: packets arrive on the source's clock, callbacks fire on the sink's; returns all that was put out. */
function run(options: Rig) {
  const { streamRateHz = 44100, contextRateHz = 44100, sinkPpm = 0, burstQuanta = 4, seconds } = options
  const ring = new SampleRing(createSampleRing())
  const control = new ControlBlock(createControlBlock())
  const playout = new Playout({ ring, control, contextRateHz })
  playout.openStream(1, streamRateHz)
  const out: number[] = []
  const delayMs: { atMs: number; delayMs: number }[] = []
  const left = new Float32Array(128)
  const right = new Float32Array(128)
  const packetMs = (PACKET / streamRateHz) * 1000
  const burstMs = ((burstQuanta * 128) / contextRateHz / (1 + sinkPpm * 1e-6)) * 1000
  let packet = 0
  let contextFrame = 0
  const arrivals: { atMs: number; packet: number }[] = []
  let stall = options.stall
  const pause = options.pause ?? { atMs: Number.POSITIVE_INFINITY, ms: 0 }
  let paused = false
  /** How much later than at first packets leave the source; what the line knows of it. */
  const sourceLateMs = (nowMs: number) => (nowMs > pause.atMs ? pause.ms : 0)
  const lineLateMs = (nowMs: number) => (nowMs > pause.atMs + pause.ms + 20 ? pause.ms : 0)
  for (let nowMs = 500; nowMs < 500 + seconds * 1000; nowMs += burstMs) {
    if (stall !== undefined && nowMs > stall.atMs) {
      nowMs += stall.ms
      stall = undefined
    }
    if (!paused && nowMs > pause.atMs) {
      nowMs += pause.ms
      paused = true
    }
    for (; (packet + 1) * packetMs + 2 + sourceLateMs(nowMs) <= nowMs; packet++) {
      if (!options.lost?.(packet))
        arrivals.push({
          atMs: (packet + 1) * packetMs + 2 + sourceLateMs(nowMs) + (options.lateMs?.(packet) ?? 0),
          packet,
        })
    }
    for (let i = 0; i < arrivals.length; ) {
      const arrival = arrivals[i] as { atMs: number; packet: number }
      if (arrival.atMs > nowMs) {
        i++
        continue
      }
      const x = Float32Array.from({ length: PACKET }, (_, k) =>
        tone(arrival.packet * PACKET + k, streamRateHz),
      )
      ring.writeFloat32(arrival.packet * PACKET, x, x, PACKET)
      control.writeLine({
        serial: 1,
        ms: nowMs,
        position: ((nowMs - packetMs - 2 - lineLateMs(nowMs)) * streamRateHz) / 1000,
        rateHz: streamRateHz,
      })
      control.set('newestPosition', Math.max(control.get('newestPosition'), (arrival.packet + 1) * PACKET))
      arrivals.splice(i, 1)
    }
    options.before?.(nowMs, { playout, control, ring })
    for (let q = 0; q < burstQuanta; q++) {
      playout.render(left, right, contextFrame, Math.floor(nowMs))
      contextFrame += 128
      for (const x of left) out.push(x)
    }
    if (control.get('playing') === 1) {
      const playable = ((nowMs - packetMs - 2) * streamRateHz) / 1000
      delayMs.push({ atMs: nowMs, delayMs: ((playable - control.get('playPosition')) / streamRateHz) * 1000 })
    }
  }
  return { out, control, delayMs }
}

function largestStep(x: number[]): number {
  let worst = 0
  for (let i = 1; i < x.length; i++)
    worst = Math.max(worst, Math.abs((x[i] as number) - (x[i - 1] as number)))
  return worst
}
const OWN_STEP = (0.25 * 2 * Math.PI * 440) / 44100
const mean = (x: number[]) => x.reduce((a, b) => a + b, 0) / x.length

/** One burst, the resampler's look-ahead, a millisecond of clock and a little guard: what a perfect network leaves. */
const LEAST_MS = (512 / 44100) * 1000
const SETTLED_MS = LEAST_MS + 3.5

test('it settles a little more than one burst behind what could be playing, without a gap', () => {
  const { control, delayMs, out } = run({ seconds: 90 })
  const settled = delayMs.slice(-500).map((d) => d.delayMs)
  expect(mean(settled)).toBeGreaterThan(LEAST_MS)
  expect(mean(settled)).toBeLessThan(SETTLED_MS)
  expect(control.get('underrunEpisodes')).toBe(0)
  expect(control.get('resyncs')).toBe(0)
  expect(largestStep(out)).toBeLessThan(3 * OWN_STEP)
})

test.each([-300, 300])(
  'a device clock %i ppm off costs neither gaps nor delay',
  { timeout: 60_000 },
  (sinkPpm) => {
    const { control, delayMs } = run({ seconds: 120, sinkPpm })
    const last = delayMs.slice(-500).map((d) => d.delayMs)
    expect(mean(last)).toBeGreaterThan(LEAST_MS)
    expect(mean(last)).toBeLessThan(SETTLED_MS)
    expect(Math.abs(control.get('ppm') + sinkPpm)).toBeLessThan(20)
    expect(control.get('underrunEpisodes')).toBe(0)
  },
)

test.each([
  [44100, 48000],
  [48000, 44100],
  [96000, 48000],
])('a %i Hz stream plays in a %i Hz context at its own pitch', (streamRateHz, contextRateHz) => {
  const { out, control } = run({ streamRateHz, contextRateHz, seconds: 10 })
  let crossings = 0
  const tail = out.slice(-contextRateHz * 5)
  for (let i = 1; i < tail.length; i++)
    if ((tail[i - 1] as number) < 0 && (tail[i] as number) >= 0) crossings++
  expect(crossings / 5).toBeGreaterThan(439)
  expect(crossings / 5).toBeLessThan(441)
  expect(control.get('underrunEpisodes')).toBe(0)
})

test('an outage is concealed and counted once, and the delay is what it was', () => {
  const { control, delayMs, out } = run({ seconds: 20, lost: (p) => p >= 3000 && p < 3172 })
  expect(control.get('underrunEpisodes')).toBe(1)
  // To within what was gone back to, and given up again, inside the gap.
  expect(control.get('concealedFrames')).toBeGreaterThan(172 * PACKET - 441)
  expect(control.get('concealedFrames')).toBeLessThan(172 * PACKET + 441)
  expect(mean(delayMs.slice(-200).map((d) => d.delayMs))).toBeLessThan(LEAST_MS + 8)
  expect(largestStep(out)).toBeLessThan(3 * OWN_STEP)
})

test('late packets are dropped, not waited for', () => {
  const { control, out } = run({ seconds: 20, lateMs: (p) => (p % 1000 === 500 ? 60 : 0) })
  expect(control.get('underrunEpisodes')).toBeGreaterThan(3)
  expect(control.get('resyncs')).toBe(0)
  expect(largestStep(out)).toBeLessThan(3 * OWN_STEP)
})

test('a device that stood still for a second is back at the former delay by one jump', () => {
  const { control, delayMs, out } = run({ seconds: 20, stall: { atMs: 10000, ms: 1000 } })
  expect(control.get('resyncs')).toBe(1)
  expect(control.get('underrunEpisodes')).toBe(0)
  expect(mean(delayMs.slice(-200).map((d) => d.delayMs))).toBeLessThan(LEAST_MS + 8)
  expect(largestStep(out)).toBeLessThan(3 * OWN_STEP)
})

test.each([3, 5, 7, 9])(
  'source and device paused together for %i ms: nothing is jumped and nothing missing',
  (ms) => {
    const { control, delayMs, out } = run({ seconds: 20, pause: { atMs: 10000, ms } })
    expect(control.get('resyncs')).toBe(0)
    expect(control.get('underrunEpisodes')).toBe(0)
    const last = delayMs.slice(-200).map((d) => d.delayMs)
    expect(mean(last) - ms).toBeGreaterThan(LEAST_MS)
    expect(mean(last) - ms).toBeLessThan(LEAST_MS + 8)
    expect(largestStep(out)).toBeLessThan(3 * OWN_STEP)
  },
)

test('when the line names another stream the old one fades, and the new one starts when announced', () => {
  const { control, out } = run({
    seconds: 20,
    before: (nowMs, { control, playout, ring }) => {
      if (nowMs > 10000 && nowMs < 11000) control.writeLine({ serial: 0, ms: 0, position: 0, rateHz: 0 })
      if (nowMs >= 11000) {
        if (nowMs < 11012) {
          playout.openStream(2, 48000)
          ring.clear()
        }
        const position = ((nowMs - 10500) * 48000) / 1000
        const x = Float32Array.from({ length: 2048 }, (_, k) => tone(Math.floor(position) + k, 48000))
        ring.writeFloat32(Math.floor(position), x, x, 2048)
        control.writeLine({ serial: 2, ms: nowMs, position, rateHz: 48000 })
        control.set('newestPosition', Math.floor(position) + 2048)
      }
    },
  })
  expect(control.get('playSerial')).toBe(2)
  expect(largestStep(out)).toBeLessThan(3 * OWN_STEP)
  expect(out.slice(44100 * 10, 44100 * 10.4).every((x) => Math.abs(x) < 1e-4)).toBe(true)
})

test('a target set by hand is obeyed', () => {
  const { delayMs } = run({
    seconds: 20,
    before: (_t, { control }) => control.set('fixedTargetFrames', 2205),
  })
  expect(Math.abs(mean(delayMs.slice(-200).map((d) => d.delayMs)) - 50)).toBeLessThan(0.5)
})
