// What was seen of a row, in few words. Pure.

/** What the page says of itself, ten times a second. */
export interface Sample {
  /** Seconds after the listener pressed the button. */
  atS: number
  rung: string | null
  state: string
  targetMs: number | null
  bufferMs: number | null
  totalMs: number | null
  episodes: number
  /** Put out in place of what was missing, so far. */
  concealedMs: number
  inFlightMs: number | null
  packetsSkipped: number
  switches: number
  deliveredKbps: number | null
}

/** `pcm16 0s → opus-96 1.2s`: each rung with when it began. */
export function rungStory(samples: readonly Pick<Sample, 'atS' | 'rung'>[]): string {
  const parts: string[] = []
  let last: string | null = null
  for (const { atS, rung } of samples) {
    if (rung === null || rung === last) continue
    last = rung
    parts.push(`${rung} ${Number(atS.toFixed(1))}s`)
  }
  return parts.join(' → ')
}

/** Where it was for most of the last third; '' when nothing was heard. */
export function settledRung(samples: readonly Pick<Sample, 'atS' | 'rung'>[]): string {
  const counts = new Map<string, number>()
  for (const { rung } of samples.slice(Math.floor((samples.length * 2) / 3)))
    if (rung !== null) counts.set(rung, (counts.get(rung) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? ''
}

/** Episodes counted between two times. */
export function episodesBetween(
  samples: readonly Pick<Sample, 'atS' | 'episodes'>[],
  fromS: number,
  toS = Number.POSITIVE_INFINITY,
): number {
  const inside = samples.filter(({ atS }) => atS <= toS)
  const before = inside.findLast(({ atS }) => atS <= fromS)
  return (inside.at(-1)?.episodes ?? 0) - (before?.episodes ?? 0)
}

/** A moment at which the whole machine stood still. */
export interface StoodStill {
  fromS: number
  toS: number
}

/** What the machine does is heard so much later at most: the delay, and the page's next look at its own figures. */
const BLAMED_S = 0.35

/** Of the episodes between two times those that the machine had no part in. */
export function ownEpisodesBetween(
  samples: readonly Pick<Sample, 'atS' | 'episodes'>[],
  stalls: readonly StoodStill[],
  fromS: number,
  toS = Number.POSITIVE_INFINITY,
): number {
  let own = 0
  for (const [i, { atS, episodes }] of samples.entries()) {
    const before = samples[i - 1]
    if (before === undefined || atS <= fromS || atS > toS || episodes <= before.episodes) continue
    if (!stalls.some((one) => one.fromS <= atS && one.toS >= before.atS - BLAMED_S))
      own += episodes - before.episodes
  }
  return own
}

/** A chirp: when the instrument played it, and how long it took to the speaker; NaN: not heard. */
export interface Heard {
  atS: number
  latencyMs: number
}

export interface Recovery {
  /** Medians of the delay: before the outage, and once it was as it should be. */
  beforeMs: number
  afterMs: number
  /** From the end of the outage to the first chirp heard with the former delay, after which all are; NaN: never. */
  recoverMs: number
}

/** Delays this far apart are the same, ms. */
const SAME_MS = 5
/** The delay before is taken from this many seconds, the one after from so many from this on. */
const BEFORE_S = 8
const AFTER_S = 8
/** A chirp played in the outage is not heard: its fate says nothing. So many that follow have to be as before, too. */
const STEADY = 3

/** `fromS`…`toS`: nothing passed. */
export function recovery(heard: readonly Heard[], fromS: number, toS: number): Recovery {
  const delays = (from: number, to: number) =>
    heard
      .filter(({ atS, latencyMs }) => atS >= from && atS < to && !Number.isNaN(latencyMs))
      .map(({ latencyMs }) => latencyMs)
  const beforeMs = middle(delays(fromS - BEFORE_S, fromS - 0.5))
  const afterwards = heard.filter(({ atS }) => atS >= toS - 0.5)
  const at = firstSteady(afterwards, STEADY, ({ latencyMs }) => Math.abs(latencyMs - beforeMs) <= SAME_MS)
  return {
    beforeMs,
    afterMs: middle(delays(toS + 1, toS + 1 + AFTER_S)),
    recoverMs: at ? Math.max(0, (at.atS - toS) * 1000 + at.latencyMs) : Number.NaN,
  }
}

/** Looks at the page in which nothing was missing and the buffer was as before, before it counts as recovered. */
const STEADY_LOOKS = 10

/**
 * The same by the page's own account, where nothing counts of what its output device does meanwhile: the delay is its
 * buffer, and it has recovered when nothing more is missing. Good to a tenth of a second.
 */
export function ownRecovery(
  samples: readonly Pick<Sample, 'atS' | 'bufferMs' | 'concealedMs'>[],
  fromS: number,
  toS: number,
): Recovery {
  const buffers = (from: number, to: number) =>
    samples.flatMap(({ atS, bufferMs }) => (atS >= from && atS < to && bufferMs !== null ? [bufferMs] : []))
  const beforeMs = middle(buffers(fromS - BEFORE_S, fromS))
  const afterwards = samples.filter(({ atS }) => atS >= toS)
  const at = firstSteady(
    afterwards,
    STEADY_LOOKS,
    ({ bufferMs, concealedMs }, first) =>
      concealedMs === first.concealedMs && Math.abs((bufferMs ?? Number.NaN) - beforeMs) <= SAME_MS,
  )
  return {
    beforeMs,
    afterMs: middle(buffers(toS + 1, toS + 1 + AFTER_S)),
    recoverMs: at ? (at.atS - toS) * 1000 : Number.NaN,
  }
}

/** The first that is good and followed by good ones, `count` altogether; `isGood` is told of which run it is asked. */
function firstSteady<One>(
  all: readonly One[],
  count: number,
  isGood: (one: One, first: One) => boolean,
): One | undefined {
  return all.find((first, i) => {
    const run = all.slice(i, i + count)
    return run.length === count && run.every((one) => isGood(one, first))
  })
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}
