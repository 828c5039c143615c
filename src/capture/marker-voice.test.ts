import { expect, test } from 'vitest'
import { markerSound } from '../shared/dsp/marker.ts'
import { MarkerVoice } from './marker-voice.ts'

const RATE_HZ = 44_100
const BLOCK = 128
const SOUND = markerSound(RATE_HZ)

/** Blocks of silence, or of `level`, from `position` on, as they are afterwards. */
function blocks(voice: MarkerVoice, position: number, count: number, level = 0) {
  const steps: string[] = []
  const left: number[] = []
  for (let n = 0; n < count; n++) {
    const samples = new Int16Array(2 * BLOCK).fill(level)
    steps.push(voice.add(position + n * BLOCK, samples))
    left.push(...samples.filter((_, i) => i % 2 === 0))
    expect(samples.filter((_, i) => i % 2 === 1)).toEqual(samples.filter((_, i) => i % 2 === 0))
  }
  return { steps, left }
}

test('the marker begins exactly where it was said, at the beginning of a block some way ahead', () => {
  const voice = new MarkerVoice(RATE_HZ, 16)
  const position = voice.plan(1280, BLOCK)
  expect((position - 1280) % BLOCK).toBe(0)
  expect(position - 1280).toBeGreaterThanOrEqual(0.1 * RATE_HZ)
  const { steps, left } = blocks(voice, 1280, 60)
  const begun = steps.indexOf('begun')
  expect(1280 + begun * BLOCK).toBe(position)
  expect(steps.filter((step) => step === 'goes-on')).toHaveLength(Math.ceil(SOUND.length / BLOCK) - 1)
  const from = begun * BLOCK
  const errors = left.map((x, i) => Math.abs(x - (SOUND[i - from] ?? 0) * 32768))
  expect(Math.max(...errors)).toBeLessThanOrEqual(0.5)
})

test('without one planned nothing is touched, and after it nothing more', () => {
  const voice = new MarkerVoice(RATE_HZ, 16)
  expect(new Set(blocks(voice, 0, 10, 5).left)).toEqual(new Set([5]))
  voice.plan(0, BLOCK)
  blocks(voice, 0, 60)
  expect(new Set(blocks(voice, 60 * BLOCK, 10, 5).left)).toEqual(new Set([5]))
})

test('a gap where it was to begin loses it, and says so once', () => {
  const voice = new MarkerVoice(RATE_HZ, 16)
  const position = voice.plan(0, BLOCK)
  const { steps, left } = blocks(voice, position + BLOCK, 3)
  expect(steps).toEqual(['lost', 'nothing', 'nothing'])
  expect(new Set(left)).toEqual(new Set([0]))
})

test('a mix at full scale is not pushed past it', () => {
  const voice = new MarkerVoice(RATE_HZ, 16)
  const position = voice.plan(0, BLOCK)
  const { left } = blocks(voice, position, 5, 32_700)
  expect(Math.max(...left)).toBe(32_767)
  expect(Math.min(...left)).toBeGreaterThan(31_500)
})

test('a source of 24 bits has it as floats, unrounded', () => {
  const voice = new MarkerVoice(RATE_HZ, 24)
  const position = voice.plan(0, BLOCK)
  const samples = new Float32Array(2 * BLOCK)
  voice.add(position, samples)
  for (let i = 0; i < BLOCK; i++) expect(samples[2 * i]).toBe(SOUND[i])
})
