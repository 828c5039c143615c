// How steady the pitch is, heard; and that the analyser hears what is put in.
import { expect, test } from 'vitest'
import { deviation, weightAt, weightedFlutter } from './flutter.ts'
import { NETWORKS } from './networks.ts'
import { tones } from './sounds.ts'
import { perform, type Trial } from './trial.ts'

const RATE = 48_000
const HZ = 3150

test.each([
  [4, 1],
  [1, 10 ** (-4.2 / 20)],
  [20, 10 ** (-5.9 / 20)],
])('a tone that wavers by 0.1 percent at %d Hz reads %d times that', (waverHz, weight) => {
  let phase = 0
  const sound = Float32Array.from({ length: RATE * 6 }, (_, n) => {
    phase += (2 * Math.PI * HZ * (1 + 1e-3 * Math.sin((2 * Math.PI * waverHz * n) / RATE))) / RATE
    return 0.5 * Math.sin(phase)
  })
  // A sine is within 0.997 of its peak for 95 % of the time.
  const read = weightedFlutter(deviation(sound, HZ, RATE))
  expect(Math.abs(read / (1e-3 * weight * 0.997) - 1)).toBeLessThan(0.05)
})

test('the weight is 1 at 4 Hz, and there is none above the table', () => {
  expect(weightAt(4)).toBeCloseTo(1, 6)
  expect(weightAt(200)).toBeCloseTo(10 ** (-23 / 20), 6)
  expect(20 * Math.log10(weightAt(0.2))).toBeCloseTo(-30.6, 6)
})

/** The last 8 s of `sound` on a LAN, once target and rate have settled. */
function settled(sound: Float32Array, callbackFrames: number): Float32Array {
  const seconds = 90
  const fromMs = (seconds - 8) * 1000
  const heard = new Float32Array(9 * RATE)
  let length = 0
  perform({
    seconds,
    seed: 4,
    network: NETWORKS['lan'] as Trial['network'],
    profile: 'balanced',
    callbackFrames,
    packetMs: 5,
    sinkPpm: 80,
    sound,
    watch: ({ atMs, out, frames }) => {
      if (atMs < fromMs) return
      heard.set(out.subarray(0, frames), length)
      length += frames
    },
  })
  return heard.subarray(0, length)
}

test.each([480, 512])(
  'a tone played with callbacks of %d frames wavers by no more than 0.01 percent, weighted',
  { timeout: 60_000 },
  (frames) => {
    const heard = settled(tones([[HZ, 0.5]], RATE), frames)
    expect(weightedFlutter(deviation(heard, HZ, RATE))).toBeLessThan(0.0001)
  },
)

test.each([480, 512])(
  'a note of a piano held for 8 s, with callbacks of %d frames, is never more than a cent off',
  { timeout: 60_000 },
  (frames) => {
    const partials = Array.from({ length: 10 }, (_, i) => [220 * (i + 1), 0.25 / (i + 1)] as const)
    const second = tones(partials, RATE)
    // Struck anew every 35 s: it is listened to from its twelfth second on.
    const note = Float32Array.from(
      { length: 35 * RATE },
      (_, n) => (second[n % RATE] as number) * 10 ** (-n / RATE / 20),
    )
    const track = deviation(settled(note, frames), 220, RATE, 40)
    const cents = Math.max(...track.map((share) => Math.abs(1200 * Math.log2(1 + share))))
    expect(cents).toBeLessThan(1)
  },
)
