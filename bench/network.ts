// Q: does the sound survive a network, on which rung, and at what delay?
// Emulated: the network (test/studio/link: two namespaces and a relay between them; without root, or with --imitate, a TCP
//    relay in user space that can not lose packets). Server, page and browser (Chromium) are the real ones, the instrument is
//    the studio's. On one machine.
// Budgets: every page begins within 30 s; where there is a rate, the rung settled on takes no more than that; in flight
//    ≤ 400 ms everywhere; at 384 kbit/s Opus, and no episode of our own after 20 s; after an outage of 5 s the sound is back
//    within 1 s, with the former delay ± 5 ms; halving and restoring the rate costs 2 episodes at most.
// The server's TCP is CUBIC, as nearly every system has it: --tcp bbr for the other one, which holds what is far away back now and
//    then (docs/measuring.md).
// Rows: rungs (when each began, seconds after the button was pressed) · settled, wireKbps (what it takes by the table),
//    kbps (bytes to the page over the last third, IP packets) · heardMs (instrument → speakers, median of the last third),
//    estimateMs, targetMs, bufferMs (the page's own account at the end) · episodes, per hour (all; after 20 s), ownAfter20s
//    (those without a stall of the whole machine, 5 ms or more, in the third of a second before), stalls (of the machine) ·
//    inFlightMax (the server's, baseline included), skipped (packets) · recoverMs (from the end of the outage to the first
//    sound with the former delay), ownRecoverMs, ownChangeMs (the same, and by what the delay has changed, by the page's buffer:
//    what its output device does meanwhile does not count).
import { writeFileSync } from 'node:fs'
import { isRungName, rungNamed, wireBitsPerSecond } from '../src/shared/rungs.ts'
import { whyNoLink } from '../test/studio/link/build.ts'
import { describeLink } from '../test/studio/link/conditions.ts'
import { startStudio } from '../test/studio/studio.ts'
import { defineBench, say } from './lib/bench.ts'
import { atMost, type Budget, makeReport, type Row } from './lib/report.ts'
import { median, round } from './lib/statistics.ts'
import { type Played, playRow } from './network/play-row.ts'
import { HALVED, type NetworkRow, OUTAGE, ROWS, rowsNamed } from './network/rows.ts'
import {
  episodesBetween,
  ownEpisodesBetween,
  ownRecovery,
  recovery,
  rungStory,
  settledRung,
} from './network/story.ts'

const IN_FLIGHT_MS = 400
const RECOVER_MS = 1000
const SAME_DELAY_MS = 5
/** A stream may take so long to find its rung. */
const SETTLE_S = 20

export const bench = defineBench({
  name: 'network',
  question: 'Does the sound survive a network, on which rung, and at what delay?',
  options: {
    seconds: { fallback: 40, explain: 'each row; those with events take what they need' },
    only: { fallback: '', explain: `rows, by comma: ${ROWS.map(({ name }) => name).join(', ')}` },
    period: { fallback: 128, explain: 'frames per block of the capture' },
    out: { fallback: '', explain: 'file to write all samples and delays to, as JSON' },
    tcp: {
      fallback: 'cubic',
      explain: "how the server's TCP minds the network, by the kernel's name; system: as here",
    },
    imitate: { fallback: false, explain: 'the relay in user space, as without root' },
  },
  async run(options) {
    const rows = rowsNamed(options.only)
    const obstacle = whyNoLink()
    const imitate = options.imitate || obstacle !== undefined
    if (imitate)
      say(`not a network: a TCP relay in user space${obstacle ? `, for ${obstacle}` : ''}. It loses nothing.`)
    const studio = await startStudio()
    const budgets: Budget[] = []
    const out: Row[] = []
    const seen: Record<string, Played> = {}
    try {
      for (const row of rows) {
        say(`${row.name}: ${describeLink(row.conditions)}`)
        const played = await playRow(studio, row, { ...options, imitate })
        seen[row.name] = played
        for (const complaint of played.complaints) say(`the page says: ${complaint}`)
        for (const reason of played.reasons) say(`the server says: ${reason}`)
        budgets.push(...budgetsOf(row, played, options.period))
        const link = imitate ? 'imitated' : 'network'
        out.push({ ...rowOf(row, played, options.period), link, tcp: imitate ? '' : options.tcp })
        say(rungStory(played.samples))
      }
    } finally {
      await studio.stop()
    }
    if (options.out) writeFileSync(options.out, JSON.stringify(seen))
    return makeReport('network', budgets, out)
  },
})

function budgetsOf(row: NetworkRow, played: Played, period: number): Budget[] {
  const { samples, stalls, inFlightMaxMs } = played
  const name = (what: string) => `${row.name}: ${what}`
  const settled = settledRung(samples)
  const budgets = [
    atMost(name('did not begin'), played.begun ? 0 : 1, 0, ''),
    atMost(name('in flight'), round(inFlightMaxMs), IN_FLIGHT_MS, 'ms'),
  ]
  const { rateMbit } = row.conditions.down
  if (rateMbit) {
    const takes = wireMbit(settled, period) / rateMbit
    budgets.push(atMost(name('the rung takes of the link'), round(takes), 1, 'of it'))
  }
  if (row.name === '3g') {
    const isPcm = isRungName(settled) && rungNamed(settled).codec !== 'opus'
    budgets.push(
      atMost(name('settled on PCM'), isPcm || settled === '' ? 1 : 0, 0, ''),
      atMost(name('own episodes after 20 s'), ownEpisodesBetween(samples, stalls, SETTLE_S), 0, 'episodes'),
    )
  }
  if (row.name === 'halved')
    budgets.push(atMost(name('episodes'), episodesBetween(samples, HALVED.atS - 0.5), 2, 'episodes'))
  if (row.name === 'outage') {
    const { beforeMs, afterMs, recoverMs } = recoveryOf(played)
    budgets.push(
      atMost(name('time to recover'), round(recoverMs, 0), RECOVER_MS, 'ms'),
      atMost(name('delay, change'), round(Math.abs(afterMs - beforeMs)), SAME_DELAY_MS, 'ms'),
    )
  }
  return budgets
}

function rowOf(row: NetworkRow, played: Played, period: number): Row {
  const { samples, stalls, heard, bytes } = played
  const settled = settledRung(samples)
  const last = samples.at(-1)
  const endS = last?.atS ?? 0
  const lateS = (endS * 2) / 3
  const bytesLate = bytes.filter(({ atS }) => atS >= lateS)
  const [first, newest] = [bytesLate[0], bytesLate.at(-1)]
  const seconds = (newest?.atS ?? 0) - (first?.atS ?? 0)
  const late = heard.filter(({ atS, latencyMs }) => atS >= lateS && !Number.isNaN(latencyMs))
  const perHour = (count: number, overS: number) => (overS > 0 ? round((count * 3600) / overS, 0) : null)
  return {
    row: row.name,
    rungs: rungStory(samples),
    settled,
    wireKbps: round(wireMbit(settled, period) * 1000, 0),
    kbps: known(seconds > 0 ? (((newest?.bytes ?? 0) - (first?.bytes ?? 0)) * 8) / 1000 / seconds : null, 0),
    heardMs: known(median(late.map(({ latencyMs }) => latencyMs))),
    estimateMs: known(last?.totalMs ?? null),
    targetMs: known(last?.targetMs ?? null),
    bufferMs: known(last?.bufferMs ?? null),
    episodes: last?.episodes ?? null,
    ownAfter20s: ownEpisodesBetween(samples, stalls, SETTLE_S),
    perHour: perHour(last?.episodes ?? 0, endS),
    perHourAfter20s: perHour(episodesBetween(samples, SETTLE_S), endS - SETTLE_S),
    stalls: stalls.length,
    inFlightMaxMs: round(played.inFlightMaxMs),
    skipped: last?.packetsSkipped ?? null,
    ...(row.name === 'outage' ? recoveryRow(played) : {}),
  }
}

function recoveryRow(played: Played): Row {
  const { fromS, toS } = outageOf(played)
  const own = ownRecovery(played.samples, fromS, toS)
  return {
    recoverMs: known(recoveryOf(played).recoverMs, 0),
    ownRecoverMs: known(own.recoverMs, 0),
    ownChangeMs: known(own.afterMs - own.beforeMs),
  }
}

function recoveryOf(played: Played) {
  const { fromS, toS } = outageOf(played)
  return recovery(played.heard, fromS, toS)
}

function outageOf({ outages }: Played): { fromS: number; toS: number } {
  return outages[0] ?? { fromS: OUTAGE.atS, toS: OUTAGE.atS + OUTAGE.ms / 1000 }
}

/** What a rung takes by the table, Mbit/s; NaN when there is none. */
function wireMbit(rung: string, period: number): number {
  return isRungName(rung) ? wireBitsPerSecond(rungNamed(rung), 44_100, period) / 1e6 : Number.NaN
}

function known(value: number | null, digits = 1): number | null {
  return value === null || !Number.isFinite(value) ? null : round(value, digits)
}
