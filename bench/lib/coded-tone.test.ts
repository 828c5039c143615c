import { describe, expect, test } from 'vitest'
import { RUNGS } from '../../src/shared/rungs.ts'
import { chirpedTone, findChirpedTone } from './chirped-tone.ts'
import { coded, toleranceOf } from './coded-tone.ts'
import { findGlitchesWithin, PLAIN } from './glitches.ts'

const expected = chirpedTone(6, 4)
/** As another take has it: packets begin elsewhere in it, and it is less loud. */
const take = chirpedTone(6, 4, 3)
const quiet = take.sound.map((x) => 0.3 * x)

/** So many milliseconds, two seconds after the beginning, are not played. */
function without(sound: Float32Array, ms: number): Float32Array {
  const [from, frames] = [2 * 44_100, Math.round(44.1 * ms)]
  return sound.map((x, i) => (i >= from && i < from + frames ? 0 : x))
}

test('PCM does nothing to a tone', async () => {
  for (const rung of RUNGS) if (rung.codec !== 'opus') expect(await toleranceOf(rung, expected)).toBe(PLAIN)
})

describe.each(RUNGS.filter((rung) => rung.codec === 'opus'))('$name', (rung) => {
  test('what it does to a tone is no glitch, what is missing besides is one', async () => {
    const tolerance = await toleranceOf(rung, expected)
    const heard = await coded(rung, quiet)
    const { speaker, heard: chirps } = findChirpedTone(take, take.sound, heard)
    for (const { latencyMs } of chirps) expect(Math.abs(latencyMs)).toBeLessThan(0.02)
    const found = (sound: Float32Array, most = tolerance) =>
      findGlitchesWithin(sound, speaker, most).episodes.length
    expect(found(heard, PLAIN)).toBeGreaterThan(0)
    expect(found(heard)).toBe(0)
    for (const ms of [1, 5, 20]) expect(found(without(heard, ms))).toBe(1)
  })
})
