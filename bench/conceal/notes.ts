// Notes made by formula, for benches of what playout does to music. Stereo, full scale 1.
import { seeded } from '../../test/studio/signal.ts'

export interface Recording {
  name: string
  left: Float32Array
  right: Float32Array
}

export const RATE_HZ = 48_000
const SECONDS = 2.7

/** The six notes of the concealment table: from what repeats exactly to what never does. */
export function syntheticNotes(): Recording[] {
  return [
    mono('sine 440', (t) => 0.25 * Math.sin(2 * Math.PI * 440 * t)),
    { name: 'guitar E2', left: plucked([40], 1), right: plucked([40], 1) },
    violin(),
    { name: 'chord', left: plucked([52, 59, 64, 68], 2), right: plucked([52, 59, 64, 68], 2) },
    piano([36, 43, 48, 52, 55, 60]),
    snare(),
  ]
}

const hertz = (key: number) => 440 * 2 ** ((key - 69) / 12)

function mono(name: string, at: (seconds: number) => number): Recording {
  const left = Float32Array.from({ length: SECONDS * RATE_HZ }, (_, i) => at(i / RATE_HZ))
  return { name, left, right: left }
}

/** Plucked strings after Karplus and Strong, tuned by an all-pass. */
function plucked(keys: readonly number[], seed: number): Float32Array {
  const random = seeded(seed)
  const out = new Float32Array(SECONDS * RATE_HZ)
  for (const key of keys) {
    const period = RATE_HZ / hertz(key) - 0.5
    const line = Float64Array.from({ length: Math.floor(period) }, () => random() * 2 - 1)
    const c = (1 - (period % 1)) / (1 + (period % 1))
    let [heard, before, after] = [0, 0, 0]
    for (let i = 0; i < out.length; i++) {
      const slot = i % line.length
      const x = line[slot] as number
      const low = 0.998 * 0.5 * (x + heard)
      heard = x
      after = c * low + before - c * after
      before = low
      line[slot] = after
      out[i] = (out[i] as number) + (0.25 / Math.sqrt(keys.length)) * x
    }
  }
  return out
}

/** A4 with a vibrato of ±30 cents, 5.5 Hz. */
function violin(): Recording {
  let phase = 0
  return mono('violin vibrato', (t) => {
    phase += (2 * Math.PI * 440 * 2 ** ((30 / 1200) * Math.sin(2 * Math.PI * 5.5 * t))) / RATE_HZ
    let sum = 0
    for (let k = 1; k <= 20; k++) sum += Math.sin(k * phase) / k
    return 0.15 * sum
  })
}

/** Sixteen partials per note, stretched as stiff strings stretch them. */
function piano(keys: readonly number[]): Recording {
  const random = seeded(9)
  const partials = keys.flatMap((key) =>
    Array.from({ length: 16 }, (_, i) => ({
      radPerS: 2 * Math.PI * (i + 1) * hertz(key) * Math.sqrt(1 + 4e-4 * (i + 1) ** 2),
      phase: random() * 2 * Math.PI,
      level: 0.05 * Math.exp(-(i + 1) / 5),
      decay: 1 + 0.3 * (i + 1),
    })),
  )
  return mono('piano, 6 notes', (t) =>
    partials.reduce(
      (sum, p) => sum + p.level * Math.exp(-p.decay * t) * Math.sin(p.radPerS * t + p.phase),
      0,
    ),
  )
}

function snare(): Recording {
  const random = seeded(5)
  return mono('snare', (t) => {
    const x = t % 0.25
    return (
      0.3 * (random() * 2 - 1) * Math.exp(-x * 18) + 0.2 * Math.sin(2 * Math.PI * 190 * x) * Math.exp(-x * 25)
    )
  })
}
