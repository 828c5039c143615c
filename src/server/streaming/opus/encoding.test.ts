import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OPUS_LOOKAHEAD_FRAMES, type OpusRung, RUNGS } from '../../../shared/rungs.ts'
import { CODEC } from '../../../shared/wire/packet.ts'
import { Alignment } from './alignment.ts'
import { Bench, decode, type OpusPacket, opusRung, type Signal } from './fixtures/encoded.ts'

const OPUS_RUNGS = RUNGS.filter(opusRung)
const RATES_HZ = [44_100, 48_000, 96_000]
const cases = OPUS_RUNGS.flatMap((rung) => RATES_HZ.map((rateHz) => [rung.name, rateHz, rung] as const))
const rungNamed = (name: string) => OPUS_RUNGS.find((rung) => rung.name === name) as OpusRung

/** A sweep of 20 ms, 300 Hz to 6 kHz, under a Hann window, as a function of time in seconds from its middle. */
function sweep(seconds: number): number {
  const length = 0.02
  const t = seconds + length / 2
  if (t < 0 || t > length) return 0
  const phase = 2 * Math.PI * (300 * t + ((6000 - 300) / (2 * length)) * t * t)
  return 0.6 * Math.sin(phase) * Math.sin((Math.PI * t) / length) ** 2
}

/** Place, between samples too, of the highest of what `score` gives for −reach … reach. */
function peak(score: (lag: number) => number, reach: number): number {
  let best = -reach
  for (let lag = -reach; lag <= reach; lag++) if (score(lag) > score(best)) best = lag
  const [before, at, after] = [score(best - 1), score(best), score(best + 1)]
  return best + (before - after) / (2 * (before - 2 * at + after))
}

function contiguous(packets: readonly OpusPacket[]): boolean {
  return packets.every((packet, i) => {
    const before = packets[i - 1]
    return before === undefined || packet.position === before.position + before.frames
  })
}

describe.each(cases)('%s of a stream of %d Hz', (_name, rateHz, rung) => {
  const toStream = (position48k: number) => new Alignment(rateHz).toStream(position48k)

  test.each([0, rateHz * 86_400 + 1, 2 ** 45 + 77])(
    'a click and a sweep are heard where they were played, in a stream at %d',
    async (origin) => {
      const clickAt = origin + Math.round(rateHz * 0.3) + 13
      const sweepAt = origin + Math.round(rateHz * 0.5) + 7
      const bench = new Bench(rateHz)
      bench.encoding.open(0, rung)
      const signal: Signal = (n) => (n === clickAt ? 0.9 : sweep((n - sweepAt) / rateHz))
      bench.play(signal, origin, rateHz * 0.7)
      expect(contiguous(bench.packets)).toBe(true)
      const out = await decode(bench.packets)
      const first = bench.packets[0]?.position as number

      const near = Math.round((clickAt * 48_000) / rateHz) - first
      const click = peak((lag) => Math.abs(out[near + lag] as number), 400)
      expect(Math.abs(toStream(first + near) - clickAt + (click * rateHz) / 48_000)).toBeLessThan(1)

      const middle = Math.round((sweepAt * 48_000) / rateHz) - first
      const off = (toStream(first + middle) - sweepAt) / rateHz
      const likeness = (lag: number) => {
        let sum = 0
        for (let i = -480; i <= 480; i++) sum += (out[middle + lag + i] as number) * sweep(i / 48_000)
        return sum
      }
      const late = (peak(likeness, 400) / 48_000 + off) * rateHz
      expect(Math.abs(late)).toBeLessThan(0.5)
    },
  )

  test('opened late, it begins on its grid with what comes next', () => {
    const bench = new Bench(rateHz)
    const before = 37 * 128
    bench.play(Math.sin, 0, before)
    expect(bench.packets).toHaveLength(0)
    bench.encoding.open(3, rung)
    bench.play(Math.sin, before, rateHz * 0.2)
    const frames = (rung.packetMs * 48_000) / 1000
    const { position, sequence } = bench.packets[0] as OpusPacket
    expect(sequence).toBe(3)
    expect(position % frames).toBe(0)
    const begins = position + OPUS_LOOKAHEAD_FRAMES - (before * 48_000) / rateHz
    expect(begins).toBeGreaterThanOrEqual(0)
    expect(begins).toBeLessThan(frames + 1)
    expect(contiguous(bench.packets)).toBe(true)
  })

  test('a gap is left out, on the grid; what comes after it is in its place', async () => {
    const bench = new Bench(rateHz)
    bench.encoding.open(0, rung)
    const lost = 10 * 128 + 31
    const at = 60 * 128
    const clickAt = at + lost + Math.round(rateHz * 0.1)
    const signal: Signal = (n) => (n === clickAt ? 0.9 : 0)
    bench.play(signal, 0, at)
    const ends = bench.packets.length
    bench.play(signal, at + lost, rateHz * 0.2)
    const [old, fresh] = [bench.packets.slice(0, ends), bench.packets.slice(ends)]
    const last = old.at(-1) as OpusPacket
    const first = fresh[0] as OpusPacket
    expect(contiguous(old) && contiguous(fresh)).toBe(true)
    expect(first.position % first.frames).toBe(0)
    expect(last.position + last.frames + OPUS_LOOKAHEAD_FRAMES).toBeLessThanOrEqual((at * 48_000) / rateHz)
    const begins = first.position + OPUS_LOOKAHEAD_FRAMES - ((at + lost) * 48_000) / rateHz
    expect(begins).toBeGreaterThanOrEqual(0)
    expect(begins).toBeLessThan(first.frames + 1)
    const out = await decode(bench.packets)
    const skipped = old.length * first.frames
    const near = Math.round((clickAt * 48_000) / rateHz) - first.position
    const click = near + peak((lag) => Math.abs(out[skipped + near + lag] as number), 400)
    expect(Math.abs(toStream(first.position) + (click * rateHz) / 48_000 - clickAt)).toBeLessThan(1)
  })

  test('capture times are on the line through those of the PCM packets', () => {
    const slow = (position: number) => 5e12 + (position / rateHz) * 1e6 * 1.0001
    const bench = new Bench(rateHz, { captureUs: slow })
    bench.encoding.open(0, rung)
    bench.play(Math.sin, 0, rateHz * 0.2)
    expect(bench.packets.length).toBeGreaterThan(5)
    for (const { position, captureUs } of bench.packets)
      expect(Math.abs(captureUs - slow(toStream(position)))).toBeLessThan(0.01)
  })
})

test('nothing of a stream is heard before its position 0', () => {
  const bench = new Bench(44_100)
  OPUS_RUNGS.forEach((rung, id) => {
    bench.encoding.open(id, rung)
  })
  bench.play(Math.sin, 0, 44_100 * 0.1)
  for (const id of OPUS_RUNGS.keys())
    expect(bench.packets.find(({ sequence }) => sequence === id)?.position).toBe(0)
})

test('Float32 packets sound as Int16 ones do', async () => {
  const signal: Signal = (n) => 0.4 * Math.sin(n / 20)
  const outputs = await Promise.all(
    [CODEC.pcm16, CODEC.pcmF32].map((codec) => {
      const bench = new Bench(48_000, { codec })
      bench.encoding.open(0, rungNamed('opus-128'))
      bench.play(signal, 0, 48_000 * 0.2)
      return decode(bench.packets)
    }),
  )
  const [integers, floats] = outputs as [Float32Array, Float32Array]
  expect(floats.length).toBe(integers.length)
  const off = floats.map((x, i) => Math.abs(x - (integers[i] as number)))
  expect(off.reduce((a, b) => Math.max(a, b), 0)).toBeLessThan(0.05)
  expect(integers.reduce((a, b) => Math.max(a, b), 0)).toBeGreaterThan(0.35)
})

test('a closed rung costs nothing, and begins as new when it is opened again', () => {
  const bench = new Bench(48_000)
  const rung = rungNamed('opus-64')
  const part = 96_000 // whole packets of PCM and of the rung: the grid lies alike
  const run = (from: number) => {
    const before = bench.packets.length
    bench.encoding.open(0, rung)
    bench.play((n) => Math.sin((n - from) / 30) / 2, from, part)
    bench.encoding.close(0)
    return bench.packets.slice(before).map(({ payload }) => Buffer.from(payload).toString('hex'))
  }
  const first = run(0)
  bench.play(Math.sin, part, part)
  expect(bench.packets).toHaveLength(first.length)
  expect(run(2 * part)).toEqual(first)
})

test('an alignment is exact wherever it is asked', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(8000, 22_050, 44_100, 48_000, 88_200, 96_000, 192_000),
      fc.integer({ min: 0, max: 2 ** 48 }),
      (rateHz, n) => {
        const rates = new Alignment(rateHz)
        const m = rates.firstFrom(n)
        // In integers of any size: m is the least with m · rate ≥ n · 48000.
        expect(BigInt(m) * BigInt(rateHz) >= BigInt(n) * 48_000n).toBe(true)
        expect(BigInt(m - 1) * BigInt(rateHz) < BigInt(n) * 48_000n).toBe(true)
        const back = rates.toStream(m) - n
        expect(back).toBeGreaterThanOrEqual(0)
        // Whole frames are exact; a fraction is as fine as a double is at that position, 1/16 frame at the end of a header.
        expect(back).toBeLessThan(rates.into / rates.outOf + n * Number.EPSILON)
      },
    ),
  )
})

test('whatever is missing and however rungs come and go, packets lie on their grid, in order, over audio that came', () => {
  type Step = { kind: 'play' | 'lose' | 'open' | 'close'; count: number }
  const some = (kind: Step['kind'], min: number, max: number) =>
    fc.integer({ min, max }).map((count): Step => ({ kind, count }))
  const rungs = OPUS_RUNGS.length - 1
  const step = fc.oneof(
    some('play', 1, 30),
    some('lose', 1, 5000),
    some('open', 0, rungs),
    some('close', 0, rungs),
  )
  const scripts = fc.array(step, { minLength: 5, maxLength: 40 })
  fc.assert(
    fc.property(
      fc.constantFrom(...RATES_HZ),
      fc.constantFrom(0, 2 ** 40 + 1),
      scripts,
      (rateHz, origin, script) => {
        const bench = new Bench(rateHz)
        const runs: { from: number; to: number }[] = []
        let at = origin
        for (const action of script) {
          const { kind, count } = action
          if (kind === 'open') bench.encoding.open(count, OPUS_RUNGS[count] as OpusRung)
          else if (kind === 'close') bench.encoding.close(count)
          else if (kind === 'lose') at += count
          else {
            const to = at + count * bench.stream.periodFrames
            bench.play(Math.sin, at, to - at)
            const last = runs.at(-1)
            if (last?.to === at) last.to = to
            else runs.push({ from: at, to })
            at = to
          }
        }
        const rates = new Alignment(rateHz)
        const ends = new Map<number, number>()
        for (const { sequence, position, frames } of bench.packets) {
          expect(frames).toBe((OPUS_RUNGS[sequence] as OpusRung).packetMs * 48)
          expect(position % frames).toBe(0)
          expect(position).toBeGreaterThanOrEqual(ends.get(sequence) ?? 0)
          ends.set(sequence, position + frames)
          const begin = rates.toStream(position + OPUS_LOOKAHEAD_FRAMES)
          const end = rates.toStream(position + OPUS_LOOKAHEAD_FRAMES + frames - 1)
          expect(runs.some(({ from, to }) => from <= begin && end < to)).toBe(true)
        }
      },
    ),
    { numRuns: 60 },
  )
})
