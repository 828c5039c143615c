// Q: how like the real thing is what is played where audio is missing, and what does it cost?
// Emulated: holes of 5 and 20 ms at random places of notes made by formula and, where fluidsynth and a sound font are
//    installed, of recorded instruments with reverb and chorus; 48 kHz stereo, through the production feed, fades
//    and all. Beside it: the last packet repeated, and the last period (best lag of 2.5–25 ms) repeated, unfaded.
// Columns: prediction SNR in dB, median over the holes, as 5 ms / 20 ms: 20 dB is an error a tenth as loud as the sound, 0
//    dB what silence would have. Then µs per quantum of 128 frames (2,667 µs); "first hole" is the first of the program,
//    "sieve" a quantum of which every other 16 frames are missing.
// Budgets: 5 ms of sine and of plucked string ≥ 20 dB; mean over all sounds at least 4 dB ahead of the best lag, no sound more
//    than 2 dB behind it; a quantum in which a hole begins p50 ≤ 500 µs; a quantum without ≤ 1.5 µs.
import { seeded } from '../test/studio/signal.ts'
import { RATE_HZ, type Recording, syntheticNotes } from './conceal/notes.ts'
import { bestLag, type Method, repeat } from './conceal/references.ts'
import { recordedNotes } from './conceal/sound-font.ts'
import { feedCost, throughFeed } from './conceal/through-feed.ts'
import { defineBench, say } from './lib/bench.ts'
import { atMost, makeReport, type Row } from './lib/report.ts'
import { median, round, type Spread, spread } from './lib/statistics.ts'

const GAPS_MS = [5, 20] as const
/** What every method may look back at. */
const LEAD_S = 0.2
/** Recordings end in reverb: no holes there. */
const LENGTH_S = 2.7
const METHODS = { repeat, 'best lag': bestLag(RATE_HZ), feed: throughFeed }

/** Median SNR of each method at 5 and 20 ms, dB. */
type Scores = Record<keyof typeof METHODS, [number, number]>

export const bench = defineBench({
  name: 'conceal',
  question: 'How like the real thing is what is played where audio is missing?',
  options: {
    gaps: { fallback: 40, explain: 'holes per sound and length' },
    rounds: { fallback: 400, explain: 'holes timed' },
  },
  run: async ({ gaps, rounds }) => {
    const made = syntheticNotes()
    const recorded = recordedNotes()
    if (recorded.length === 0) say('no fluidsynth or no sound font: recorded instruments are left out')
    const sounds = [...made, ...recorded]
    const { left, right } = sounds.at(-2) as Recording
    const cost = feedCost(left, right, rounds + 100)
    const settled = (us: number[]) => spread(us.slice(100)) // until the compiler has settled
    const scores = sounds.map((sound) => scoresOf(sound, gaps))
    const behind = (score: Scores, i: 0 | 1) => score['best lag'][i] - score.feed[i]
    const plain = settled(cost.plainUs)
    const begin = settled(cost.beginUs)
    return makeReport(
      'conceal',
      [
        ...['sine 440', 'guitar E2'].map((name) => {
          const snrDb = scores[made.findIndex((sound) => sound.name === name)]?.feed[0] ?? Number.NaN
          return atMost(`error of 5 ms of ${name}`, round(-snrDb, 1), -20, 'dB')
        }),
        ...([0, 1] as const).flatMap((i) => [
          atMost(`mean behind the best lag, ${GAPS_MS[i]} ms`, round(behind(meanOf(scores), i), 1), -4, 'dB'),
          atMost(
            `any sound behind the best lag, ${GAPS_MS[i]} ms`,
            round(Math.max(...scores.map((score) => behind(score, i))), 1),
            2,
            'dB',
          ),
        ]),
        atMost('quantum in which a hole begins, p50', round(begin.p50), 500, 'µs'),
        atMost('quantum without a hole, p50', round(plain.p50), 1.5, 'µs'),
      ],
      [
        ...sounds.map(({ name }, i) => snrRow(name, scores[i] as Scores)),
        snrRow('mean', meanOf(scores)),
        costRow('no hole', plain),
        costRow('hole begins', begin),
        costRow('hole goes on', settled(cost.goOnUs)),
        costRow('sieve', settled(cost.sieveUs)),
        costRow('first hole', spread([cost.firstUs])),
      ],
    )
  },
})

function mapMethods(value: (method: Method, name: keyof Scores) => [number, number]): Scores {
  const entries = Object.entries(METHODS) as [keyof Scores, Method][]
  return Object.fromEntries(entries.map(([name, method]) => [name, value(method, name)])) as Scores
}

function scoresOf(sound: Recording, gaps: number): Scores {
  const medianSnr = (method: Method, ms: number): number => {
    const random = seeded(ms)
    const frames = Math.round((ms / 1000) * RATE_HZ)
    const first = LEAD_S * RATE_HZ
    const room = Math.min(sound.left.length, LENGTH_S * RATE_HZ) - first - frames - 128
    const places = Array.from({ length: gaps }, () => first + Math.floor(random() * room))
    return median(places.map((at) => snr(sound, at, frames, method)))
  }
  return mapMethods((method) => [medianSnr(method, GAPS_MS[0]), medianSnr(method, GAPS_MS[1])])
}

function snr(sound: Recording, at: number, frames: number, method: Method): number {
  const played = method(sound, at, frames)
  let [signal, error] = [1e-15, 1e-15]
  for (let i = 0; i < frames * 2; i++) {
    const real = (i < frames ? sound.left[at + i] : sound.right[at + i - frames]) as number
    signal += real ** 2
    error += (real - (played[i] as number)) ** 2
  }
  // A sine is predicted to the last bit: what is beyond 60 dB nobody hears, and it would rule the mean.
  return Math.min(60, 10 * Math.log10(signal / error))
}

function meanOf(scores: readonly Scores[]): Scores {
  const mean = (method: keyof Scores, i: 0 | 1) =>
    scores.reduce((sum, score) => sum + score[method][i], 0) / scores.length
  return mapMethods((_, method) => [mean(method, 0), mean(method, 1)])
}

function snrRow(sound: string, scores: Scores): Row {
  const cells = Object.entries(scores).map(([method, [short, long]]) => [
    method,
    `${short.toFixed(1)} / ${long.toFixed(1)}`,
  ])
  return { sound, ...(Object.fromEntries(cells) as Row) }
}

function costRow(quantum: string, { min, p50, p95, p99, max }: Spread): Row {
  return {
    quantum,
    minUs: round(min),
    p50Us: round(p50),
    p95Us: round(p95),
    p99Us: round(p99),
    maxUs: round(max),
  }
}
