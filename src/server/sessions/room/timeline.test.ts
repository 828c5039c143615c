import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { roomPositionAt } from '../../../shared/room/room-axis.ts'
import { segmentAt } from '../../../shared/room/segments.ts'
import { type Stage, Timeline, type Wish } from './timeline.ts'
import { TransportError } from './transport-error.ts'

const RATE_HZ = 44_100
/** Position 0 was captured at 0; a frame is 1/44.1 ms. */
const ANCHOR = { position: 0, captureUs: 0, rateHz: RATE_HZ }
const D100 = { fromMs: 100, toMs: 100, atUs: 0 }
const frames = (seconds: number) => Math.round(seconds * RATE_HZ)

/** A stream that plays since 0 and histories of 60 s. */
function stage(s: number, more: Partial<Stage> = {}): Stage {
  const oldest = Math.max(0, frames(s - 60))
  return { nowUs: s * 1e6, anchor: ANCHOR, schedule: D100, oldest, reachFrames: frames(60), ...more }
}

function live(): Timeline {
  const timeline = new Timeline()
  timeline.begin(1, RATE_HZ, 0)
  return timeline
}

function wish(timeline: Timeline, action: Wish['action'], atS: number, on: Stage, backMs?: number) {
  const plan = timeline.plan({ action, atUs: atS * 1e6, ...(backMs === undefined ? {} : { backMs }) }, on)
  timeline.apply(plan)
  return plan
}

function reasonOf(make: () => unknown): string {
  try {
    make()
  } catch (error) {
    if (error instanceof TransportError) return error.reason
    throw error
  }
  return 'done'
}

test('begins live, from whatever position', () => {
  const timeline = live()
  expect(timeline.segments).toEqual([{ from: 0, shift: 0, muted: false }])
  expect([timeline.playing(5e6), timeline.backMs(5e6), timeline.scheduled(5e6)]).toEqual([true, 0, null])
})

test('pauses at a time, and plays on with the frame at which it paused', () => {
  const timeline = live()
  const plan = wish(timeline, 'pause', 103, stage(100))
  expect(plan).toMatchObject({ changedFrom: frames(102.9), note: '' })
  expect(timeline.scheduled(101e6)).toEqual({ action: 'pause', atUs: 103e6, backMs: 0 })
  expect([timeline.playing(102.9e6), timeline.playing(103e6)]).toEqual([true, false])
  expect(timeline.scheduled(103e6)).toBeNull()
  wish(timeline, 'play', 113, stage(110))
  expect(timeline.scheduled(110e6)).toEqual({ action: 'play', atUs: 113e6, backMs: 10_000 })
  expect(timeline.backMs(108e6)).toBeCloseTo(5000, 6)
  expect(timeline.segments).toEqual([
    { from: 0, shift: 0, muted: false },
    { from: frames(102.9), shift: 0, muted: true },
    { from: frames(112.9), shift: frames(10), muted: false },
  ])
  // The frame after the last one that was heard.
  const at = roomPositionAt(ANCHOR, D100, 113e6)
  expect(Math.round(at) - segmentAt(timeline.segments, at + 0.5).shift).toBe(frames(102.9))
  expect(timeline.backMs(120e6)).toBe(10_000)
})

test('each group changes at its own position at the same time', () => {
  const [together, steady] = [live(), live()]
  const schedule = { fromMs: 5000, toMs: 5000, atUs: 0 }
  expect(wish(together, 'pause', 103, stage(100)).changedFrom).toBe(frames(102.9))
  expect(wish(steady, 'pause', 103, stage(100, { schedule })).changedFrom).toBe(frames(98))
})

test('a group that does not hear the stream yet can be told already what it will hear', () => {
  const timeline = live()
  const schedule = { fromMs: 30_000, toMs: 30_000, atUs: 0 }
  const young = (s: number) => stage(s, { schedule, oldest: 0 })
  wish(timeline, 'pause', 4, young(1))
  expect(timeline.segments.at(-1)).toEqual({ from: 1, shift: 0, muted: true })
  expect([timeline.playing(3e6), timeline.playing(5e6)]).toEqual([true, false])
  wish(timeline, 'play', 9, young(6))
  expect(timeline.segments.at(-1)).toEqual({ from: 1, shift: 0, muted: false })
  expect(timeline.playing(9e6)).toBe(true)
})

test('after a pause longer than the histories it plays what they still have, and says so', () => {
  const timeline = live()
  wish(timeline, 'pause', 103, stage(100))
  const plan = wish(timeline, 'play', 203, stage(200))
  expect(plan.backMs).toBe(60_000)
  expect(plan.note).toBe('40.0 s of what was paused are not held any more and are left out.')
})

test('seeks, playing and paused, and returns to live', () => {
  const timeline = live()
  expect(wish(timeline, 'seek', 103, stage(100), 20_000).backMs).toBe(20_000)
  expect([timeline.backMs(102e6), timeline.backMs(104e6)]).toEqual([0, 20_000])
  wish(timeline, 'pause', 113, stage(110))
  wish(timeline, 'seek', 123, stage(120), 30_000)
  expect(timeline.playing(124e6)).toBe(false)
  expect(timeline.backMs(125e6)).toBeCloseTo(32_000, 6)
  expect(wish(timeline, 'play', 133, stage(130)).backMs).toBe(40_000)
  expect(wish(timeline, 'live', 143, stage(140)).backMs).toBe(0)
  expect([timeline.playing(144e6), timeline.backMs(144e6)]).toEqual([true, 0])
})

describe('what can not be had says why, and changes nothing', () => {
  test.each([
    ['too-soon', 'pause', 100.2, undefined],
    ['too-soon', 'pause', Number.NaN, undefined],
    ['too-late', 'pause', 3701, undefined],
    ['too-far-back', 'seek', 103, 60_500],
    ['nothing-to-do', 'play', 103, undefined],
    ['nothing-to-do', 'live', 103, undefined],
    ['nothing-to-do', 'seek', 103, 0],
  ] as const)('%s: %s at %d s', (reason, action, atS, backMs) => {
    const timeline = live()
    expect(reasonOf(() => wish(timeline, action, atS, stage(100), backMs))).toBe(reason)
    expect(timeline.segments).toHaveLength(1)
  })

  test('no stream, and a stream that has just begun', () => {
    expect(reasonOf(() => wish(live(), 'pause', 103, stage(100, { anchor: undefined })))).toBe('no-stream')
    expect(reasonOf(() => wish(new Timeline(), 'pause', 103, stage(100)))).toBe('no-stream')
    const timeline = live()
    expect(timeline.seekableMs(stage(5))).toBe(4900)
    expect(reasonOf(() => wish(timeline, 'seek', 8, stage(5), 9000))).toBe('too-far-back')
    expect(reasonOf(() => wish(timeline, 'seek', 8, stage(5), 7000))).toBe('done')
    const short = stage(100, { oldest: frames(95) })
    expect(reasonOf(() => wish(live(), 'seek', 103, short, 8000))).toBe('too-far-back')
    expect(reasonOf(() => wish(live(), 'seek', 103, short, 7900))).toBe('done')
  })

  test('paused twice', () => {
    const timeline = live()
    wish(timeline, 'pause', 103, stage(100))
    expect(reasonOf(() => wish(timeline, 'pause', 108, stage(105)))).toBe('nothing-to-do')
  })
})

describe('a later wish replaces what is still to come', () => {
  test('without a trace when nothing of it was sent', () => {
    const timeline = live()
    wish(timeline, 'pause', 103, stage(100))
    wish(timeline, 'seek', 105, stage(101), 8000)
    expect(timeline.segments.map(({ shift, muted }) => [shift, muted])).toEqual([
      [0, false],
      [frames(8), false],
    ])
    wish(timeline, 'play', 105, stage(102))
    expect(timeline.segments).toHaveLength(1)
    expect(timeline.scheduled(102e6)).toBeNull()
  })

  test('and takes back what was sent from where it began', () => {
    const schedule = { fromMs: 5000, toMs: 5000, atUs: 0 }
    const timeline = live()
    wish(timeline, 'pause', 103, stage(100, { schedule }))
    const plan = wish(timeline, 'play', 104, stage(101, { schedule }))
    expect(plan.changedFrom).toBe(frames(98))
    expect(segmentAt(timeline.segments, frames(98))).toEqual({ from: frames(98), shift: 0, muted: false })
    expect([timeline.playing(103.5e6), timeline.scheduled(101e6)]).toEqual([true, null])
  })

  test('not what comes before anybody could hear of it', () => {
    const timeline = live()
    wish(timeline, 'pause', 103, stage(100))
    wish(timeline, 'play', 106, stage(102.9))
    expect([timeline.playing(104e6), timeline.playing(106e6)]).toEqual([false, true])
    expect(timeline.backMs(107e6)).toBe(3000)
  })

  test('a pause that was taken back in a pause does not lose its place', () => {
    const schedule = { fromMs: 5000, toMs: 5000, atUs: 0 }
    const timeline = live()
    wish(timeline, 'pause', 103, stage(100, { schedule }))
    wish(timeline, 'play', 113, stage(110, { schedule }))
    wish(timeline, 'pause', 114, stage(111, { schedule }))
    expect(timeline.playing(120e6)).toBe(false)
    const plan = wish(timeline, 'play', 133, stage(130, { schedule }))
    expect(plan.backMs).toBe(30_000)
  })
})

test('what is far ahead stays at its time while clock and delay move, and then does not', () => {
  const timeline = live()
  wish(timeline, 'pause', 160, stage(100))
  const schedule = { fromMs: 100, toMs: 150, atUs: 101e6 }
  expect(timeline.frozen(stage(110, { schedule }))).toBe(false)
  timeline.tend(stage(110, { schedule }))
  expect(timeline.segments.at(-1)?.from).toBe(frames(159.85))
  const anchor = { ...ANCHOR, rateHz: 44_101 }
  timeline.tend(stage(120, { schedule, anchor }))
  const from = Math.round(159.85 * 44_101)
  expect(timeline.segments.at(-1)?.from).toBe(from)
  expect(timeline.frozen(stage(155, { schedule, anchor }))).toBe(true)
  timeline.tend(stage(155, { schedule: D100, anchor }))
  expect(timeline.segments.at(-1)?.from).toBe(from)
  timeline.tend(stage(156, { schedule: D100, anchor }), true)
  expect(timeline.segments.at(-1)?.from).toBe(Math.round(159.9 * 44_101))
  expect(timeline.frozen(stage(160.1))).toBe(false)
})

test('what has begun by its time has begun, also where the delay is set to far more', () => {
  const timeline = live()
  wish(timeline, 'seek', 103, stage(100), 20_000)
  wish(timeline, 'pause', 108, stage(105))
  wish(timeline, 'live', 160, stage(110))
  const schedule = { fromMs: 60_000, toMs: 60_000, atUs: 0 }
  timeline.tend(stage(112, { schedule }), true)
  expect(timeline.segments).toEqual([
    { from: 0, shift: 0, muted: false },
    { from: frames(43), shift: frames(20), muted: false },
    { from: frames(48), shift: frames(20), muted: true },
    { from: frames(100), shift: 0, muted: false },
  ])
  expect(timeline.backMs(112e6)).toBe(24_000)
  const plan = wish(timeline, 'play', 115, stage(112, { schedule, oldest: 0 }))
  expect(plan.backMs).toBe(27_000)
})

test('a pause lasts as long as it has lasted, also where the delay is set to far less in it', () => {
  const timeline = live()
  wish(timeline, 'pause', 103, stage(100, { schedule: { fromMs: 25_000, toMs: 25_000, atUs: 0 } }))
  timeline.tend(stage(110), true)
  expect(timeline.backMs(110e6)).toBe(7000)
  expect(wish(timeline, 'play', 113, stage(110)).backMs).toBe(10_000)
})

test('what is over for 65 s is forgotten', () => {
  const timeline = live()
  wish(timeline, 'pause', 103, stage(100))
  wish(timeline, 'play', 113, stage(110))
  timeline.tend(stage(168.5))
  expect(timeline.segments).toHaveLength(2)
  timeline.tend(stage(177.9))
  expect(timeline.segments).toHaveLength(2)
  timeline.tend(stage(178.1))
  expect(timeline.segments).toEqual([{ from: frames(112.9), shift: frames(10), muted: false }])
  expect(timeline.backMs(179e6)).toBe(10_000)
})

test('a new stream is live, and says so if it was not', () => {
  const timeline = live()
  wish(timeline, 'pause', 103, stage(100))
  expect(timeline.begin(1, RATE_HZ, 100e6)).toBeUndefined()
  expect(timeline.begin(2, 48_000, 104e6)).toBe('The source began again, so the room is live.')
  expect(timeline.segments).toEqual([{ from: 0, shift: 0, muted: false }])
  expect(timeline.begin(3, 48_000, 110e6)).toBeUndefined()
})

test('whatever is wished: segments in order, whole, within the histories, and bounded', () => {
  const wishes = fc.array(
    fc.record({
      waitS: fc.double({ min: 0.05, max: 30, noNaN: true }),
      aheadS: fc.double({ min: 0.3, max: 20, noNaN: true }),
      action: fc.constantFrom('play', 'pause', 'seek', 'live'),
      backMs: fc.integer({ min: 0, max: 70_000 }),
      quick: fc.boolean(),
    }),
    { maxLength: 200 },
  )
  fc.assert(
    fc.property(wishes, fc.constantFrom(100, 5000, 30_000), (list, delayMs) => {
      const schedule = { fromMs: delayMs, toMs: delayMs, atUs: 0 }
      const timeline = live()
      let nowS = 100
      for (const { waitS, aheadS, action, backMs, quick } of list) {
        nowS += quick ? waitS / 30 : waitS
        const on = stage(nowS, { schedule })
        timeline.tend(on)
        const before = timeline.segments
        const decided = roomPositionAt(ANCHOR, schedule, nowS * 1e6 + 250_000)
        if (reasonOf(() => wish(timeline, action, nowS + aheadS, on, backMs)) !== 'done')
          expect(timeline.segments).toEqual(before)
        const { segments } = timeline
        for (const r of [0.25, 0.5, 0.75, 0.99].map((part) => decided - frames(1) * (1 - part)))
          expect(segmentAt(segments, r)).toEqual(segmentAt(before, r))
        segments.forEach(({ from, shift }, i) => {
          expect(Number.isInteger(from) && Number.isInteger(shift)).toBe(true)
          expect(shift).toBeGreaterThanOrEqual(0)
          expect(shift).toBeLessThanOrEqual(frames(60))
          if (i > 0) expect(from).toBeGreaterThan(segments[i - 1]?.from as number)
        })
        expect(segments.length).toBeLessThanOrEqual(64)
        expect(timeline.backMs(nowS * 1e6)).toBeGreaterThanOrEqual(0)
      }
    }),
  )
})
