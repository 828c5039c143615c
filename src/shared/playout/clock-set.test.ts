// Somebody sets the wall clock, the only clock the audio thread has, while a stream plays; or time has really passed.
import { expect, test } from 'vitest'
import { ControlBlock, createControlBlock } from '../ring/control-block.ts'
import { createSampleRing, SampleRing } from '../ring/sample-ring.ts'
import { Playout } from './playout.ts'

const RATE = 44_100
const BURST = 512
const BURST_MS = (BURST / RATE) * 1000
/** The callback at which it happens: after 51 s. */
const THEN = 4400

interface Change {
  /** What the wall clock is set by, and how many callbacks pass before the worklet is told. */
  setMs?: number
  untold?: number
  /** What the device, and nobody else, misses. */
  sleptMs?: number
  /** For so many callbacks before there is no line. */
  endedFor?: number
}

/** A perfect network and a change in the middle of it; what became of the playout 9 s after. */
function play({ setMs = 0, untold = 0, sleptMs = 0, endedFor = 0 }: Change) {
  const ring = new SampleRing(createSampleRing())
  const control = new ControlBlock(createControlBlock())
  const playout = new Playout({ ring, control, contextRateHz: RATE })
  playout.openStream(1, RATE)
  const silence = new Float32Array(BURST)
  const [left, right] = [new Float32Array(128), new Float32Array(128)]
  let written = 0
  let worstPpm = 0
  let backAfterMs = Number.NaN
  const targetMs = () => (control.get('targetFrames') / RATE) * 1000
  let targetBeforeMs = Number.NaN
  for (let callback = 0; callback < THEN + 800; callback++) {
    const ms = 10_000_000 + callback * BURST_MS + (callback >= THEN ? sleptMs : 0)
    const newest = Math.round(((ms - 10_000_000) * RATE) / 1000) + BURST
    // Of a long sleep no more than the ring holds.
    written = Math.max(written, newest - ring.capacity)
    for (; written < newest; written += BURST) ring.writeFloat32(written, silence, silence, BURST)
    control.set('newestPosition', newest)
    const ended = callback >= THEN - endedFor && callback < THEN
    control.writeLine({ serial: ended ? 0 : 1, ms, position: newest, rateHz: RATE })
    control.set('dateSkewMs', callback >= THEN + untold ? setMs : 0)
    const dateMs = ms + (callback >= THEN ? setMs : 0)
    if (callback === THEN) targetBeforeMs = targetMs()
    for (let at = 0; at < BURST; at += 128) playout.render(left, right, callback * BURST + at, dateMs)
    if (callback < THEN) continue
    worstPpm = Math.max(worstPpm, Math.abs(control.get('ppm')))
    const lateMs = ((newest - control.get('playPosition')) / RATE) * 1000 - targetMs()
    if (Number.isNaN(backAfterMs) && Math.abs(lateMs) < 2 * BURST_MS)
      backAfterMs = (callback - THEN) * BURST_MS
  }
  const raisedMs = targetMs() - targetBeforeMs
  return {
    worstPpm,
    raisedMs,
    backAfterMs,
    episodes: control.get('underrunEpisodes'),
    resyncs: control.get('resyncs'),
  }
}

test.each([
  [3_600_000, 1],
  [-3_600_000, 1],
  [3_600_000, 5],
  [-3_600_000, 5],
  [1500, 5],
])('the clock is set by %d ms, and the worklet told %d callbacks later: it plays on', (setMs, untold) => {
  const { worstPpm, raisedMs, episodes, resyncs } = play({ setMs, untold })
  expect([episodes, resyncs]).toEqual([0, 0])
  // The target comes down as ever, by 50 ppm here.
  expect(worstPpm).toBeLessThan(60)
  expect(raisedMs).toBeLessThan(0)
})

test.each([500, 2500, 3_600_000])(
  'the device missed %d ms: that is believed, and jumped over, within 0.3 s',
  (sleptMs) => {
    const { resyncs, backAfterMs } = play({ sleptMs })
    expect(resyncs).toBe(1)
    expect(backAfterMs).toBeLessThan(300)
  },
)

test('a line that is back after 5 s is played at once: time went on meanwhile', () => {
  expect(play({ endedFor: 430 }).backAfterMs).toBe(0)
})
