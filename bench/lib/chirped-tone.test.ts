import { expect, test } from 'vitest'
import { chirpedTone, findChirpedTone } from './chirped-tone.ts'
import { findGlitchesWithin } from './glitches.ts'

const RATE = 44_100

/** `sound` after `leadS`, and at the speakers `delayFrames` later yet, all with room behind. */
function recorded(sound: Float32Array, delayFrames = 0, leadS = 7): Float32Array {
  const out = new Float32Array(sound.length + leadS * RATE + RATE)
  out.set(sound, leadS * RATE + delayFrames)
  return out
}

const performance = chirpedTone(10, 6)
const instrument = recorded(performance.sound)

function judge(speaker: Float32Array) {
  const found = findChirpedTone(performance, instrument, speaker)
  return { ...found, ...findGlitchesWithin(speaker, found.speaker) }
}

test('every chirp is timed, none is taken for a glitch, and the tone is nearly all of it', () => {
  for (const frames of [40, 1764, 18_000]) {
    const { heard, episodes, ms } = judge(recorded(performance.sound, frames))
    expect(heard).toHaveLength(6)
    for (const { latencyMs } of heard) expect((latencyMs * RATE) / 1000).toBeCloseTo(frames, 1)
    expect(episodes).toEqual([])
    expect(ms).toBeGreaterThan(9400)
  }
})

test('chirps are spread over the whole time', () => {
  const { starts } = chirpedTone(60, 31)
  const apartS = starts.slice(1).map((start, i) => (start - (starts[i] as number)) / RATE)
  expect(starts.at(-1)).toBe((starts[0] as number) + 60 * RATE)
  expect(Math.min(...apartS)).toBeGreaterThan(1.5)
  expect(Math.max(...apartS)).toBeLessThan(2.5)
})

test('what is lost between two chirps is a glitch, at their edges and from one to the other too', () => {
  const [, second = 0, third = 0] = performance.starts
  for (const [fromS, lengthS] of [
    [1, 0.001],
    [0.08, 0.01],
    [(third - second) / RATE - 0.06, 0.01],
    [0.04, (third - second) / RATE - 0.05],
  ] as const) {
    const speaker = recorded(performance.sound, 1764)
    const from = 7 * RATE + 1764 + second + Math.round(fromS * RATE)
    speaker.fill(0, from, from + Math.round(lengthS * RATE))
    const { heard, episodes } = judge(speaker)
    expect(heard).toHaveLength(6)
    expect(episodes).toHaveLength(1)
  }
})

test('a chirp that is not heard is missing, and the tone around it is still judged', () => {
  const speaker = recorded(performance.sound, 1764)
  const from = 7 * RATE + 1764 + (performance.starts[2] as number)
  speaker.fill(0, from, from + 0.03 * RATE)
  const { heard, episodes } = judge(speaker)
  expect(heard.map(({ at }) => at)).toEqual([0, 1, 3, 4, 5])
  expect(episodes).toEqual([])
})

test('what the instrument did not play is an error', () => {
  expect(() => findChirpedTone(performance, new Float32Array(RATE), instrument)).toThrow('no chirp')
  expect(() => findChirpedTone(performance, instrument.subarray(0, 10 * RATE), instrument)).toThrow(
    'did not play 4 of 6',
  )
})

test('chirps that the rig tore are left out, and the others are found however late it has become', () => {
  const torn = recorded(performance.sound)
  for (const lost of [1, 2]) {
    const from = 7 * RATE + (performance.starts[lost] as number)
    torn.fill(0, from, from + 0.03 * RATE)
  }
  // Stands still for 0.5 s while they are played.
  const from = 7 * RATE + (performance.starts[2] as number) + RATE / 2
  const late = new Float32Array(torn.length + RATE)
  late.set(torn.subarray(0, from))
  late.set(torn.subarray(from), from + 0.5 * RATE)
  const { heard } = findChirpedTone(performance, late, late)
  expect(heard.map(({ at }) => at)).toEqual([0, 3, 4, 5])
})

test('a rig that stands still now and then plays ever later, and is found all the same', () => {
  const late = new Float32Array(instrument.length + RATE)
  let at = 0
  for (const [i, start] of performance.starts.entries()) {
    // 90 ms of standing still before each chirp but the first: 450 in the end.
    const until = i === 0 ? 0 : 7 * RATE + start - 200
    late.set(instrument.subarray(at, until), at + Math.max(0, i - 1) * 3969)
    at = until
  }
  late.set(instrument.subarray(at), at + 5 * 3969)
  const speaker = new Float32Array(late.length + 1764)
  speaker.set(late, 1764)
  const { heard } = findChirpedTone(performance, late, speaker)
  expect(heard.map(({ latencyMs }) => Math.round((latencyMs * RATE) / 1000))).toEqual(Array(6).fill(1764))
})
