import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSampleRing, SampleRing } from '../ring/sample-ring.ts'
import { Feed } from './feed.ts'

const RATE = 44100
const LEVEL = 0.25
const sine = (n: number) => LEVEL * Math.sin((2 * Math.PI * 440 * n) / RATE)
const OWN_STEP = (LEVEL * 2 * Math.PI * 440) / RATE
const SEEK_FRAMES = 441

function write(ring: SampleRing, from: number, to: number): void {
  const x = Float32Array.from({ length: to - from }, (_, i) => sine(from + i))
  ring.writeFloat32(from, x, x, to - from)
}

function ringWith(...pieces: [number, number][]): SampleRing {
  const ring = new SampleRing(createSampleRing(1 << 15))
  for (const [from, to] of pieces) write(ring, from, to)
  return ring
}

function pull(feed: Feed, frames: number): number[] {
  const out: number[] = []
  const left = new Float32Array(128)
  const right = new Float32Array(128)
  for (let n = 0; n < frames; n += 128) {
    feed.pull(left, right, 128)
    out.push(...left)
  }
  return out
}

const largest = (x: number[]) => x.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
const largestStep = (x: number[]) => largest(x.slice(1).map((value, i) => value - (x[i] as number)))

test('a jump fades from the audio that would have come into that of the new place, in 10 ms', () => {
  const feed = new Feed(ringWith([0, 20000]), RATE)
  feed.seek(0)
  pull(feed, 1024)
  feed.seek(9033)
  const out = pull(feed, 1024)
  for (let i = 0; i < 1024; i++) {
    const old = i < SEEK_FRAMES ? 0.5 + 0.5 * Math.cos((Math.PI * (i + 0.5)) / SEEK_FRAMES) : 0
    expect(out[i]).toBeCloseTo(old * sine(1024 + i) + (1 - old) * sine(9033 + i), 6)
  }
  expect(feed.episodes).toBe(0)
  expect(feed.concealedFrames).toBe(0)
})

test.each(Array.from({ length: 20 }, (_, i) => i * 5))(
  'a jump from the end of what there is goes on from it: no step at phase %i',
  (phase) => {
    const feed = new Feed(ringWith([0, 8192 + 100]), RATE)
    feed.seek(0)
    const before = pull(feed, 8192)
    feed.seek(2000 + phase)
    const out = [...before, ...pull(feed, 1024)]
    expect(largestStep(out)).toBeLessThan(3 * OWN_STEP)
    expect(out[9000]).toBe(Math.fround(sine(2000 + phase + 9000 - 8192)))
    expect(feed.episodes).toBe(0)
  },
)

test('a jump on a jump does not step', () => {
  const feed = new Feed(ringWith([0, 20000]), RATE)
  feed.seek(0)
  const out = pull(feed, 8192)
  for (const to of [3000, 9051, 120, 12034]) {
    feed.seek(to)
    out.push(...pull(feed, 128))
  }
  out.push(...pull(feed, 1024))
  expect(largestStep(out)).toBeLessThan(3 * OWN_STEP)
})

test('a jump inside a gap to where there is audio ends the gap', () => {
  const feed = new Feed(ringWith([0, 8000], [10000, 20000]), RATE)
  feed.seek(0)
  const out = pull(feed, 8192)
  expect(feed.missing).toBe(true)
  feed.seek(10031)
  out.push(...pull(feed, 1024))
  expect(largestStep(out)).toBeLessThan(3 * OWN_STEP)
  expect(out[8192 + 300]).toBe(Math.fround(sine(10331)))
  expect(feed.episodes).toBe(1)
  expect(feed.concealedFrames).toBe(192)
  expect(feed.missing).toBe(false)
})

test('going back inside a gap while audio is waited for is the same gap', () => {
  const ring = ringWith([0, 8000])
  const feed = new Feed(ring, RATE)
  feed.seek(0)
  const out = pull(feed, 8192)
  feed.seek(8000)
  out.push(...pull(feed, 128))
  expect(feed.missing).toBe(true)
  write(ring, 8000, 12000)
  feed.seek(8064)
  out.push(...pull(feed, 1024))
  expect(largestStep(out)).toBeLessThan(3 * OWN_STEP)
  expect(feed.episodes).toBe(1)
  expect(feed.concealedFrames).toBe(192 + 128)
})

test('let go, it fades out and then says it is silent', () => {
  const feed = new Feed(ringWith([0, 9000]), RATE)
  feed.seek(0)
  const out = pull(feed, 8192)
  feed.detach()
  expect(feed.silent).toBe(false)
  out.push(...pull(feed, 512))
  expect(largestStep(out)).toBeLessThan(3 * OWN_STEP)
  expect(feed.silent).toBe(true)
  expect(largest(out.slice(-256))).toBe(0)
})

test('let go inside a gap, the fade under way goes on', () => {
  const feed = new Feed(ringWith([0, 8000]), RATE)
  feed.seek(0)
  const out = pull(feed, 8192)
  feed.detach()
  out.push(...pull(feed, 2048))
  expect(largestStep(out)).toBeLessThan(3 * OWN_STEP)
  expect(feed.silent).toBe(true)
})

test('taken up again while it fades, it does not step', () => {
  const feed = new Feed(ringWith([0, 20000]), RATE)
  feed.seek(0)
  const out = pull(feed, 8192)
  feed.detach()
  out.push(...pull(feed, 128))
  feed.seek(9037)
  out.push(...pull(feed, 1024))
  expect(largestStep(out)).toBeLessThan(3 * OWN_STEP)
  expect(out[9000]).toBe(Math.fround(sine(9037 + 9000 - 8192 - 128)))
})

const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('pull' as const), frames: fc.integer({ min: 1, max: 1500 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('seek' as const), to: fc.integer({ min: 0, max: 20000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('detach' as const) }) },
)
const hole = fc.record({
  audio: fc.integer({ min: 1, max: 3000 }),
  missing: fc.integer({ min: 1, max: 3000 }),
})

test('whatever is missing and wherever it is sent: finite, no louder, no step, all counted, real where it can be', () => {
  fc.assert(
    fc.property(
      fc.array(hole, { minLength: 1, maxLength: 40 }),
      fc.array(action, { maxLength: 60 }),
      fc.constantFrom(44100, 48000, 96000),
      (holes, actions, rateHz) => {
        const pieces: [number, number][] = []
        let end = 0
        for (const { audio, missing } of holes) {
          pieces.push([end, end + audio])
          end += audio + missing
        }
        const ring = ringWith(...pieces.filter(([, to]) => to < 1 << 15))
        const feed = new Feed(ring, rateHz)
        feed.seek(0)
        const left = new Float32Array(1500)
        const right = new Float32Array(1500)
        const fadeFrames = rateHz / 100
        let [last, attached, missing, plain] = [0, true, 0, 0]
        for (const act of actions) {
          if (act.kind === 'detach') {
            feed.detach()
            attached = false
          } else if (act.kind === 'seek') {
            feed.seek(act.to)
            attached = true
            plain = 0
          } else {
            const from = feed.position
            feed.pull(left, right, act.frames)
            for (let i = 0; i < act.frames; i++) {
              const there = attached && ring.available(from + i, 1) === 1
              if (attached && !there) missing++
              plain = there ? plain + 1 : 0
              const x = left[i] as number
              if (plain > fadeFrames && x !== Math.fround(sine(from + i))) return false
              if (!Number.isFinite(x) || Math.abs(x) > LEVEL * 1.122) return false
              if (Math.abs(x - last) > 3 * OWN_STEP) return false
              last = x
            }
          }
        }
        return feed.concealedFrames === missing && feed.episodes <= missing
      },
    ),
    { numRuns: 300 },
  )
})

test('the open gap is as long as what was put out in its place, wherever it is gone back to', () => {
  const ring = ringWith([0, 1000])
  const feed = new Feed(ring, RATE)
  feed.seek(0)
  pull(feed, 896)
  expect(feed.gapFrames).toBe(0)
  pull(feed, 512)
  expect(feed.gapFrames).toBe(408)
  feed.seek(feed.position - 300)
  expect(feed.gapFrames).toBe(108)
  pull(feed, 128)
  expect(feed.gapFrames).toBe(236)
  feed.seek(feed.position - feed.gapFrames)
  write(ring, 1000, 4000)
  pull(feed, 256)
  expect(feed.position).toBe(1256)
  expect(feed.gapFrames).toBe(0)
})
