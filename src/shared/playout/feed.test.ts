import { expect, test } from 'vitest'
import { createSampleRing, SampleRing } from '../ring/sample-ring.ts'
import { Feed } from './feed.ts'

const RATE = 44100
const sine = (n: number) => 0.25 * Math.sin((2 * Math.PI * 440 * n) / RATE)

function ringWith(...pieces: [number, number][]): SampleRing {
  const ring = new SampleRing(createSampleRing(1 << 15))
  for (const [from, to] of pieces) {
    const x = Float32Array.from({ length: to - from }, (_, i) => sine(from + i))
    ring.writeFloat32(from, x, x, to - from)
  }
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

const largestStep = (x: number[], from = 1) => {
  let worst = 0
  for (let i = from; i < x.length; i++)
    worst = Math.max(worst, Math.abs((x[i] as number) - (x[i - 1] as number)))
  return worst
}
/** What the sine itself steps at most from frame to frame. */
const OWN_STEP = (0.25 * 2 * Math.PI * 440) / RATE

test('unbroken audio comes out as it is after the fade-in', () => {
  const feed = new Feed(ringWith([0, 8192]), RATE)
  feed.seek(100)
  const out = pull(feed, 4096)
  for (let i = 300; i < 4096; i++) expect(out[i]).toBe(Math.fround(sine(100 + i)))
  expect(feed.episodes).toBe(0)
})

test.each(Array.from({ length: 20 }, (_, i) => i * 5))(
  'a gap at phase %i never steps more than 3 × the sound itself',
  (phase) => {
    const from = 2000 + phase
    const feed = new Feed(ringWith([0, from], [from + 1000, 10000]), RATE)
    feed.seek(0)
    const out = pull(feed, 8192)
    expect(largestStep(out)).toBeLessThan(3 * OWN_STEP)
    expect(out.slice(from + 300, from + 990).every((x) => x === 0)).toBe(true)
    expect(feed.episodes).toBe(1)
    expect(feed.concealedFrames).toBe(1000)
  },
)

test('two gaps less than 50 ms apart are one episode, further apart two', () => {
  const near = new Feed(ringWith([0, 2000], [2100, 3000], [3100, 9000]), RATE)
  near.seek(0)
  pull(near, 8192)
  expect(near.episodes).toBe(1)
  expect(near.concealedFrames).toBe(200)
  const far = new Feed(ringWith([0, 2000], [2100, 5000], [5100, 9000]), RATE)
  far.seek(0)
  pull(far, 8192)
  expect(far.episodes).toBe(2)
})

test('a jump cross-fades without a step and is no gap', () => {
  const feed = new Feed(ringWith([0, 20000]), RATE)
  feed.seek(0)
  const before = pull(feed, 1024)
  feed.seek(9033)
  const out = [...before, ...pull(feed, 1024)]
  expect(largestStep(out)).toBeLessThan(3 * OWN_STEP)
  expect(out[2000]).toBe(Math.fround(sine(9033 + 976)))
  expect(feed.episodes).toBe(0)
})

test('let go, it fades out and then says it is silent', () => {
  const feed = new Feed(ringWith([0, 8000]), RATE)
  feed.seek(0)
  const before = pull(feed, 1024)
  feed.detach()
  expect(feed.silent).toBe(false)
  const out = [...before, ...pull(feed, 512)]
  expect(largestStep(out)).toBeLessThan(3 * OWN_STEP)
  expect(feed.silent).toBe(true)
  expect(out.slice(-128).every((x) => x === 0)).toBe(true)
})

test('a gap in the middle of a fade-in does not step either', () => {
  const feed = new Feed(ringWith([0, 2000], [2500, 2600], [2610, 9000]), RATE)
  feed.seek(0)
  expect(largestStep(pull(feed, 8192))).toBeLessThan(3 * OWN_STEP)
})
