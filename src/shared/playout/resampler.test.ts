import { expect, test } from 'vitest'
import { LEAD_FRAMES, Resampler } from './resampler.ts'

/** Resamples a function of time (input frames) and returns the output together with the centre of each frame. */
function run(input: (n: number) => number, step: number, frames: number, bandwidth = 1): Float32Array {
  const resampler = new Resampler(bandwidth)
  const out = new Float32Array(frames)
  const quantum = new Float32Array(128)
  const scratch = new Float32Array(512)
  let pushed = 0
  for (let done = 0; done + 128 <= frames; done += 128) {
    const need = resampler.needed(128, step)
    for (let i = 0; i < need; i++) scratch[i] = input(pushed + i)
    resampler.push(scratch, scratch, need)
    pushed += need
    resampler.render(quantum, new Float32Array(128), 0, 128, step)
    out.set(quantum, done)
  }
  return out
}

/** Power of what a least-squares sinusoid of known frequency leaves over, relative to the sinusoid, in dB. */
function residualDb(
  signal: Float32Array,
  cyclesPerFrame: number,
  from: number,
): { thdnDb: number; gainDb: number } {
  let cc = 0,
    ss = 0,
    cs = 0,
    xc = 0,
    xs = 0
  for (let i = from; i < signal.length; i++) {
    const c = Math.cos(2 * Math.PI * cyclesPerFrame * i)
    const s = Math.sin(2 * Math.PI * cyclesPerFrame * i)
    const x = signal[i] as number
    cc += c * c
    ss += s * s
    cs += c * s
    xc += x * c
    xs += x * s
  }
  const det = cc * ss - cs * cs
  const a = (xc * ss - xs * cs) / det
  const b = (xs * cc - xc * cs) / det
  let rest = 0,
    power = 0
  for (let i = from; i < signal.length; i++) {
    const fit =
      a * Math.cos(2 * Math.PI * cyclesPerFrame * i) + b * Math.sin(2 * Math.PI * cyclesPerFrame * i)
    rest += ((signal[i] as number) - fit) ** 2
    power += fit ** 2
  }
  return { thdnDb: 10 * Math.log10(rest / power), gainDb: 20 * Math.log10(Math.hypot(a, b)) }
}

const cases: [string, number, number, number, number][] = [
  ['997 Hz at +200 ppm', 997, 48000, 1 + 200e-6, -105],
  ['997 Hz at −200 ppm', 997, 48000, 1 - 200e-6, -105],
  ['15 kHz at +200 ppm', 15000, 48000, 1 + 200e-6, -95],
  ['997 Hz from 44.1 to 48 kHz', 997, 44100, 44100 / 48000, -105],
  ['15 kHz from 44.1 to 48 kHz', 15000, 44100, 44100 / 48000, -95],
  ['997 Hz from 48 to 44.1 kHz', 997, 48000, 48000 / 44100, -105],
  ['15 kHz from 48 to 44.1 kHz', 15000, 48000, 48000 / 44100, -95],
]
test.each(cases)('%s stays a pure tone', (_name, hz, inRate, step, limitDb) => {
  const out = run((n) => Math.sin((2 * Math.PI * hz * n) / inRate), step, 48000, Math.min(1, 1 / step))
  const { thdnDb, gainDb } = residualDb(out, (hz / inRate) * step, 4800)
  expect(thdnDb).toBeLessThan(limitDb)
  expect(Math.abs(gainDb)).toBeLessThan(0.1)
})

test('a constant stays that constant within 1e-6', () => {
  const out = run(() => 0.5, 1 + 137e-6, 12800)
  for (const x of out.subarray(256)) expect(Math.abs(x - 0.5)).toBeLessThan(1e-6)
})

test('at a step of 1 a click comes out LEAD_FRAMES later, at its place', () => {
  const out = run((n) => (n === 400 ? 1 : 0), 1, 1024)
  const peak = out.indexOf(Math.max(...out))
  expect(peak).toBe(400 + LEAD_FRAMES)
})

test('a ratio that sweeps by 10 ppm per quantum leaves no artefact above −90 dB', () => {
  const resampler = new Resampler()
  const frames = 128 * 400
  const out = new Float32Array(frames)
  const phase = new Float64Array(frames)
  const scratch = new Float32Array(512)
  const side = new Float32Array(128)
  const quantum = new Float32Array(128)
  const w = (2 * Math.PI * 5000) / 48000
  let pushed = 0
  for (let done = 0, q = 0; done < frames; done += 128, q++) {
    const ppm = 1000 * Math.sin((2 * Math.PI * q) / 628)
    const step = 1 + ppm * 1e-6
    const need = resampler.needed(128, step)
    for (let i = 0; i < need; i++) scratch[i] = Math.sin(w * (pushed + i))
    resampler.push(scratch, scratch, need)
    pushed += need
    const centre = pushed - resampler.ahead
    for (let i = 0; i < 128; i++) phase[done + i] = w * (centre + i * step)
    resampler.render(quantum, side, 0, 128, step)
    out.set(quantum, done)
  }
  let worst = 0
  for (let i = 1024; i < frames; i++)
    worst = Math.max(worst, Math.abs((out[i] as number) - Math.sin(phase[i] as number)))
  expect(20 * Math.log10(worst)).toBeLessThan(-90)
})
