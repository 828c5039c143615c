// What the pages' part of the bench prints, and what it must keep to.
import { atMost, type Budget, type Row } from '../lib/report.ts'
import { median, percentile, round } from '../lib/statistics.ts'
import { type Heard, type PairHeard, putTogether } from './heard.ts'
import type { MemberHeard, PagesHeard } from './pages.ts'

const SAME_ENGINE_MS = 1
const ACROSS_ENGINES_MS = 3
/** Every chirp is to be heard, but the machine may spoil some. */
const UNHEARD_SHARE = 0.02

export function judgePages({ members, pieces, stalls }: PagesHeard): { budgets: Budget[]; rows: Row[] } {
  const heard = putTogether(pieces)
  const nameOf = ({ pair }: PairHeard) => pair.map((i) => `${i + 1} ${members[i]?.engine}`).join(' – ')
  const budgets = heard.pairs.flatMap((pair): Budget[] => {
    const [first, second] = pair.pair.map((i) => members[i]?.engine)
    const limitMs = first === second ? SAME_ENGINE_MS : ACROSS_ENGINES_MS
    const missed = 1 - pair.heard / heard.played
    return [
      atMost(`${nameOf(pair)}: skew p95`, round(pair.absMs.p95, 3), limitMs, 'ms'),
      atMost(`${nameOf(pair)}: chirps not heard`, round(missed * 100, 1), UNHEARD_SHARE * 100, '%'),
    ]
  })
  return {
    budgets,
    rows: [
      ...heard.pairs.map((pair) => pairRow(nameOf(pair), pair, heard.played)),
      ...members.map((member, i) => memberRow(member, i, heard)),
      {
        machine: 'stalls',
        times: stalls.length,
        worstMs: round(stalls.reduce((worst, { lateMs }) => Math.max(worst, lateMs), 0)),
      },
    ],
  }
}

function pairRow(name: string, { heard, absMs, meanMs, medianMs }: PairHeard, played: number): Row {
  return {
    pair: name,
    heard: `${heard}/${played}`,
    skewP50Ms: round(absMs.p50, 3),
    skewP95Ms: round(absMs.p95, 3),
    skewP99Ms: round(absMs.p99, 3),
    skewMaxMs: round(absMs.max, 3),
    meanMs: round(meanMs, 3),
    medianMs: round(medianMs, 3),
  }
}

function memberRow({ engine, lockS, trimMs, claims }: MemberHeard, i: number, { delaysMs }: Heard): Row {
  const stats = claims.map((claim) => claim.stats)
  const drifts = stats.flatMap(({ sync }) => (sync.driftMs === null ? [] : [Math.abs(sync.driftMs)]))
  const delays = stats.flatMap(({ sync }) => (sync.groupDelayMs === null ? [] : [sync.groupDelayMs]))
  const [first, last] = [stats[0], stats.at(-1)]
  const grown = (of: (one: (typeof stats)[number]) => number) => (first && last ? of(last) - of(first) : null)
  return {
    page: `${i + 1} ${engine}`,
    lockS: round(lockS, 1),
    groupDelayMs: round(median(delays), 1),
    heardMs: round(median(delaysMs[i] ?? []), 1),
    claimedP50Ms: round(percentile(drifts, 0.5), 3),
    claimedP95Ms: round(percentile(drifts, 0.95), 3),
    outputLeadMs: round(last?.sync.outputLeadMs ?? Number.NaN),
    leadFrom: last?.sync.outputLeadFrom ?? null,
    trimMs: round(trimMs),
    episodes: grown(({ underruns }) => underruns.episodes),
    resyncs: grown(({ resyncs }) => resyncs),
    clockErrorMs: round(last?.clock.errorMs ?? Number.NaN),
  }
}
