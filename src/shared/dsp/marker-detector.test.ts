import { expect, test } from 'vitest'
import { markerSound } from './marker.ts'
import { MarkerDetector } from './marker-detector.ts'

/** What a detector says of sound that begins where its window does, in quanta of 128. */
function detect(sound: Float32Array, rateHz: number) {
  const detector = new MarkerDetector(rateHz)
  detector.begin()
  let calls = 0
  for (let at = 0; !detector.full; at += 128) {
    const quantum = sound.slice(at, at + 128)
    detector.take(quantum, quantum, 0)
  }
  do calls++
  while (!detector.search())
  return { frame: detector.frame, score: detector.score, calls }
}

/** 100 ms of noise or more, each frame independent, of this level. */
function noise(level: number): Float32Array {
  let state = 1
  return Float32Array.from({ length: 20_000 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return (state / 2 ** 31) * level * Math.sqrt(3)
  })
}

/** 100 ms of a chord with the overtones of a bright instrument, −20 dBFS. */
function chord(rateHz: number): Float32Array {
  return Float32Array.from({ length: rateHz / 10 }, (_, i) => {
    let sum = 0
    for (const hz of [110, 277.2, 329.6])
      for (let k = 1; k * hz < 12_000; k++) sum += Math.sin((2 * Math.PI * k * hz * i) / rateHz) / k ** 1.5
    return 0.06 * sum
  })
}

function withMarker(sound: Float32Array, rateHz: number, at: number): Float32Array {
  const marked = sound.slice()
  markerSound(rateHz).forEach((x, i) => {
    marked[at + i] = (marked[at + i] as number) + x
  })
  return marked
}

test.each([44_100, 48_000, 96_000])(
  'the marker lasts 12 ms at −40 dBFS and has soft ends, at %d Hz',
  (rateHz) => {
    const sound = markerSound(rateHz)
    const rms = Math.sqrt(sound.reduce((sum, x) => sum + x * x, 0) / sound.length)
    expect(sound.length).toBe(Math.round(0.012 * rateHz))
    expect(20 * Math.log10(rms)).toBeCloseTo(-40, 1)
    expect(Math.max(...sound.map(Math.abs))).toBeLessThan(0.03)
    expect(Math.abs(sound[0] as number)).toBeLessThan(1e-3)
    expect(Math.abs(sound.at(-1) as number)).toBeLessThan(1e-3)
  },
)

test.each([44_100, 48_000, 96_000])(
  'it is found where it begins, in silence, noise and music, at %d Hz',
  (rateHz) => {
    const at = Math.round(0.0061 * rateHz)
    for (const sound of [new Float32Array(rateHz / 10), noise(0.01), chord(rateHz)])
      expect(Math.abs(detect(withMarker(sound, rateHz, at), rateHz).frame - at)).toBeLessThan(0.2)
  },
)

test('a marker between two frames is found between them', () => {
  // Of 96 kHz every second frame, from an odd one on.
  const fine = withMarker(new Float32Array(9600), 96_000, 801)
  const sound = Float32Array.from({ length: 4800 }, (_, i) => fine[2 * i] as number)
  expect(detect(sound, 48_000).frame).toBeCloseTo(400.5, 1)
})

test('where there is none, none is found: silence, noise, music', () => {
  for (const sound of [new Float32Array(4800), noise(0.1), chord(48_000)])
    expect(detect(sound, 48_000).frame).toBeNaN()
})

test('a marker whose beginning lies before the window is not found somewhere else', () => {
  const sound = withMarker(new Float32Array(4800), 48_000, 0)
  expect(detect(sound.subarray(48), 48_000).frame).toBeNaN()
})

test.each([
  [48_000, 12],
  [192_000, 200],
])('the search at %d Hz takes %d calls or so: none takes long', (rateHz, calls) => {
  const found = detect(withMarker(new Float32Array(rateHz / 10), rateHz, 1000 * (rateHz / 192_000)), rateHz)
  expect(found.calls).toBeGreaterThanOrEqual(calls - 20)
  expect(found.calls).toBeGreaterThan(1)
  expect(found.calls).toBeLessThanOrEqual(calls + 20)
})
