import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Mixer } from '../../mixer.ts'
import { PARTS, synthMix } from './channels.ts'
import { planBar } from './form.ts'
import { Performance } from './performance.ts'
import { scoreOf } from './score.ts'

const RATE_HZ = 44100

function play(frames: number, period: number): Int16Array {
  const band = new Performance(RATE_HZ, 16)
  const all = new Int16Array(frames * 8)
  for (let at = 0; at < frames; at += period)
    band.render(all.subarray(at * 8, Math.min(at + period, frames) * 8))
  return all
}

test('the same performance every time, whatever the period', () => {
  const hash = (samples: Int16Array): string =>
    createHash('sha256').update(samples).digest('hex').slice(0, 16)
  const golden = hash(play(RATE_HZ * 5, 128))
  expect(hash(play(RATE_HZ * 5, 64))).toBe(golden)
  expect(hash(play(RATE_HZ * 5, 200))).toBe(golden)
  expect(golden).toMatchInlineSnapshot(`"a74eb73db9f49aa0"`)
})

test('with 24 bits it is the same performance, finer', () => {
  const coarse = play(RATE_HZ, 128)
  const fine = new Int32Array(coarse.length)
  new Performance(RATE_HZ, 24).render(fine)
  let furthest = 0
  let finer = 0
  for (let i = 0; i < fine.length; i++) {
    const value = fine[i] as number
    if (value % 256 !== 0) throw new Error(`more than 24 bits: ${value}`)
    if (value % 65_536 !== 0) finer++
    furthest = Math.max(furthest, Math.abs(value / 65_536 - (coarse[i] as number)))
  }
  // Half a step of 16 bits, and what rounding to 24 moves.
  expect(furthest).toBeLessThanOrEqual(0.5 + 1 / 512)
  expect(finer).toBeGreaterThan(fine.length / 8)
})

describe('a round of the song', () => {
  const seconds = 165
  const band = new Performance(RATE_HZ, 16)
  const mixer = new Mixer(8, RATE_HZ, 16, synthMix())
  const peak = new Array<number>(8).fill(0)
  let quietest = Number.POSITIVE_INFINITY
  const block = new Int16Array((RATE_HZ / 10) * 8)
  const stereo = new Int16Array((RATE_HZ / 10) * 2)
  let power = 0
  const sum = new Array<number>(8).fill(0)
  let furthestMean = 0
  for (let tenth = 1; tenth <= seconds * 10; tenth++) {
    band.render(block)
    for (let i = 0; i < block.length; i++) {
      peak[i % 8] = Math.max(peak[i % 8] ?? 0, Math.abs(block[i] ?? 0) / 32768)
      sum[i % 8] = (sum[i % 8] ?? 0) + (block[i] ?? 0) / 32768
    }
    if (tenth % 10 === 0) {
      furthestMean = sum.reduce((furthest, x) => Math.max(furthest, Math.abs(x) / RATE_HZ), furthestMean)
      sum.fill(0)
    }
    mixer.mix(block, stereo)
    for (const sample of stereo) power += (sample / 32768) ** 2 / stereo.length
    if (tenth % 30 !== 0) continue
    quietest = Math.min(quietest, Math.sqrt(power / 30))
    power = 0
  }

  test('no channel and no mix comes near full scale', () => {
    for (const level of peak) expect(level).toBeLessThan(0.71)
    expect(mixer.clippedFrames).toBe(0)
  })
  test('no second of any channel has a mean: codecs take it out, and rungs must sound the same', () => {
    expect(furthestMean).toBeLessThan(0.003)
  })
  test('every channel has its part, and it is never quiet for three seconds', () => {
    for (const level of peak) expect(level).toBeGreaterThan(0.08)
    expect(quietest).toBeGreaterThan(0.02)
  })
})

describe('the score', () => {
  test('every part plays somewhere, in bounds of the bar', () => {
    const heard = new Set<string>()
    for (let bar = 0; bar < 120; bar++)
      for (const note of scoreOf(bar)) {
        heard.add(note.part)
        expect(note.step).toBeGreaterThanOrEqual(0)
        expect(note.step).toBeLessThan(16)
        expect(note.velocity).toBeLessThanOrEqual(1)
      }
    expect([...heard].sort()).toEqual([...PARTS].sort())
  })

  test('the second round has the form of the first but is not the same', () => {
    expect(planBar(56 + 20).sectionIndex).toBe(planBar(20).sectionIndex)
    expect(scoreOf(56 + 20)).not.toEqual(scoreOf(20))
    expect(scoreOf(20)).toEqual(scoreOf(20))
  })
})
