import { describe, expect, test } from 'vitest'
import { createSampleRing, SampleRing } from '../ring/sample-ring.ts'
import { Feed } from './feed.ts'

const RATE = 44100
const LEVEL = 0.25
type Sound = (n: number) => number
const tone =
  (hz: number, rate = RATE): Sound =>
  (n) =>
    LEVEL * Math.sin((2 * Math.PI * hz * n) / rate)
/** What the 440 Hz tone itself steps at most from frame to frame. */
const OWN_STEP = (LEVEL * 2 * Math.PI * 440) / RATE

function ringWith(pieces: [number, number][], left: Sound = tone(440), right = left): SampleRing {
  const ring = new SampleRing(createSampleRing(1 << 15))
  for (const [from, to] of pieces) {
    const [l, r] = [left, right].map((sound) =>
      Float32Array.from({ length: to - from }, (_, i) => sound(from + i)),
    )
    ring.writeFloat32(from, l as Float32Array, r as Float32Array, to - from)
  }
  return ring
}

function pullStereo(feed: Feed, frames: number): [number[], number[]] {
  const out: [number[], number[]] = [[], []]
  const left = new Float32Array(128)
  const right = new Float32Array(128)
  for (let n = 0; n < frames; n += 128) {
    feed.pull(left, right, 128)
    out[0].push(...left)
    out[1].push(...right)
  }
  return out
}
const pull = (feed: Feed, frames: number) => pullStereo(feed, frames)[0]

const largest = (x: number[]) => x.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
const largestStep = (x: number[]) => largest(x.slice(1).map((value, i) => value - (x[i] as number)))

/** dB by which the sound is above what `out` has wrong in `from` to `to`; position 0 is `out[0]`. */
function snrDb(out: number[], sound: Sound, from: number, to: number): number {
  let [signal, error] = [0, 1e-20]
  for (let n = from; n < to; n++) {
    signal += sound(n) ** 2
    error += ((out[n] as number) - sound(n)) ** 2
  }
  return 10 * Math.log10(signal / error)
}

/** A plucked string: noise in a delay line with a little low-pass, period in frames. */
function plucked(period: number, frames: number): Sound {
  const out = new Float64Array(frames)
  let seed = 1
  for (let n = 0; n < frames; n++) {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
    const fresh = n < period ? (seed / 2 ** 31 - 1) * LEVEL : 0
    const old = (out[n - period] ?? 0) + (out[n - period - 1] ?? 0)
    out[n] = fresh + 0.499 * old
  }
  return (n) => out[n] ?? 0
}

/** The same noise at every call. */
const noise: Sound = (n) => {
  let x = Math.imul(n + 1, 0x9e3779b1)
  x = Math.imul(x ^ (x >>> 15), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return LEVEL * (((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1)
}

test('unbroken audio comes out as it is after the fade-in', () => {
  const feed = new Feed(ringWith([[0, 8192]]), RATE)
  feed.seek(100)
  const out = pull(feed, 4096)
  for (let i = 300; i < 4096; i++) expect(out[i]).toBe(Math.fround(tone(440)(100 + i)))
  expect(feed.episodes).toBe(0)
})

describe('a gap in a 440 Hz tone', () => {
  const phases = Array.from({ length: 34 }, (_, i) => i * 3) // a period is 100 frames
  const lengths = [1, 40, 128, 221, 882, 1500, 1763, 1800, 3000]

  test.each(lengths)('of %i frames: at no phase a step, nothing louder, and counted', (length) => {
    for (const phase of phases) {
      const from = 8000 + phase
      const feed = new Feed(
        ringWith([
          [0, from],
          [from + length, 16000],
        ]),
        RATE,
      )
      feed.seek(0)
      const out = pull(feed, 14080)
      expect(largestStep(out)).toBeLessThan(3 * OWN_STEP)
      expect(largest(out)).toBeLessThan(LEVEL * 1.122)
      expect(largest(out.slice(from + 1764, from + length))).toBe(0) // 40 ms
      expect(feed.episodes).toBe(1)
      expect(feed.concealedFrames).toBe(length)
      const back = from + length + 221 // 5 ms
      expect(out.slice(back)).toEqual(out.slice(back).map((_, i) => Math.fround(tone(440)(back + i))))
    }
  })

  test('of 20 ms is not heard at all', () => {
    const feed = new Feed(
      ringWith([
        [0, 8000],
        [8882, 16000],
      ]),
      RATE,
    )
    feed.seek(0)
    expect(snrDb(pull(feed, 10240), tone(440), 8000, 9300)).toBeGreaterThan(40)
  })
})

describe.each([44100, 48000, 96000])('5 ms are missing at %i Hz', (rate) => {
  const gap = Math.round(rate * 0.005)
  const lead = Math.round(rate * 0.15)
  const sounds: [string, Sound][] = [
    ['a sine', tone(440, rate)],
    ['a low string', plucked(Math.round(rate / 82.4), 32000)],
    ['a high string', plucked(Math.round(rate / 659), 32000)],
  ]
  test.each(sounds)('%s goes on as if they were there, to 20 dB', (_, sound) => {
    for (let k = 0; k < 10; k++) {
      const from = lead + k * 37
      const pieces: [number, number][] = [
        [0, from],
        [from + gap, from + gap + 2048],
      ]
      const feed = new Feed(ringWith(pieces, sound), rate)
      feed.seek(0)
      expect(snrDb(pull(feed, from + gap + 1024), sound, from, from + gap)).toBeGreaterThan(20)
    }
  })
})

test.each([
  ['that differ', tone(440), tone(311)],
  ['of which one is silent', () => 0, tone(440)],
  ['that cancel', tone(440), (n: number) => -tone(440)(n)],
])('channels %s both go on', (_, left, right) => {
  const pieces: [number, number][] = [
    [0, 8000],
    [8220, 12000],
  ]
  const feed = new Feed(ringWith(pieces, left, right), RATE)
  feed.seek(0)
  const out = pullStereo(feed, 9216)
  expect(snrDb(out[1], right, 8000, 8220)).toBeGreaterThan(20)
  if (left(8001) === 0) expect(largest(out[0])).toBe(0)
  else expect(snrDb(out[0], left, 8000, 8220)).toBeGreaterThan(20)
})

test('noise fades within 2.5 ms, and comes back without a step of its own', () => {
  const pieces: [number, number][] = [
    [0, 8000],
    [8500, 12000],
  ]
  const feed = new Feed(ringWith(pieces, noise), RATE)
  feed.seek(0)
  const out = pull(feed, 10240)
  expect(largest(out.slice(8000, 8060))).toBeGreaterThan(0)
  expect(largest(out.slice(8000 + 111, 8500))).toBe(0)
  const own = largestStep(Array.from({ length: 441 }, (_, i) => noise(7559 + i)))
  expect(largestStep(out.slice(7990, 8800))).toBeLessThan(3 * own)
})

test('a stream whose first audio is missing begins with silence, then fades in', () => {
  const feed = new Feed(ringWith([[300, 9000]]), RATE)
  feed.seek(0)
  const out = pull(feed, 2048)
  expect(largest(out.slice(0, 300))).toBe(0)
  expect(largestStep(out)).toBeLessThan(3 * OWN_STEP)
  expect(out[1000]).toBe(Math.fround(tone(440)(1000)))
  expect(feed.concealedFrames).toBe(300)
})

test('two gaps less than 50 ms apart are one episode, further apart two', () => {
  const episodes = (...pieces: [number, number][]) => {
    const feed = new Feed(ringWith(pieces), RATE)
    feed.seek(0)
    pull(feed, 8192)
    expect(feed.concealedFrames).toBe(200)
    return feed.episodes
  }
  expect(episodes([0, 2000], [2100, 3000], [3100, 9000])).toBe(1)
  expect(episodes([0, 2000], [2100, 5000], [5100, 9000])).toBe(2)
})

test('gaps closer together than the fades never step', () => {
  for (const [audio, hole] of [
    [10, 10],
    [100, 30],
    [150, 128],
    [3, 200],
    [300, 2000],
  ] as const) {
    const pieces: [number, number][] = [[0, 6000]]
    for (let n = 6000 + hole; n < 12000; n += audio + hole) pieces.push([n, n + audio])
    const feed = new Feed(ringWith([...pieces, [12500, 20000]]), RATE)
    feed.seek(0)
    const out = pull(feed, 16384)
    expect(largestStep(out)).toBeLessThan(3 * OWN_STEP)
    expect(largest(out)).toBeLessThan(LEVEL * 1.122)
  }
})
