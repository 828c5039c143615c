// Q: how much delay does the playout ask for on a network, how often is that not enough, and how steady is its pitch?
// Emulated: everything but the engine, which is the product's own code, driven in virtual time (bench/sim): packets of
//    5 ms, a device that asks for 480 frames at once and runs 80 ppm fast, synthetic and recorded networks.
// Budgets: sim/budgets.ts, a table; and never behind a NetEQ-style target in both delay and episodes.
// Rows: one per network and profile, means over the seeds. targetMs: delay aimed at, device burst included; delayMs:
//    capture → end of the callback that plays it; episodes: runs of missing audio; stalls: packets held for
//    more than 45 ms; ppm: rate correction; settleS: until
//    error and rate are those of the clocks, for 10 s.
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { PROFILES } from '../src/shared/playout/profile.ts'
import { defineBench, say } from './lib/bench.ts'
import { atMost, type Budget, makeReport, type Row } from './lib/report.ts'
import { round } from './lib/statistics.ts'
import { DELAY_MS, FLAWLESS, PPM_SD, referenceOf, STALLS_PER_HOUR, TARGET_SLACK } from './sim/budgets.ts'
import { NETWORKS } from './sim/networks.ts'
import { performAll, type Run } from './sim/runs.ts'
import type { Outcome } from './sim/simulate.ts'

const TRACES = join(import.meta.dirname, 'traces')

interface Cell {
  network: string
  profile: Run['profile']
  mean: Outcome
}

export const bench = defineBench({
  name: 'playout',
  question: 'How much delay does the playout ask for on a network, and how often is that not enough?',
  options: {
    minutes: { fallback: 30, explain: 'of virtual time per run' },
    seeds: { fallback: 5, explain: 'runs per row, seeds 1 to this' },
    network: { fallback: '', explain: 'networks by name, with commas; else all' },
    trace: { fallback: '', explain: 'a recorded file instead (number and latency in ms per line)' },
    profile: { fallback: '', explain: `one of ${PROFILES.join(', ')}; else all` },
    callback: { fallback: 480, explain: 'frames the device asks for at once' },
    'packet-ms': { fallback: 5, explain: 'length of a packet' },
  },
  async run(options) {
    const networks = options.trace
      ? [options.trace]
      : [...Object.keys(NETWORKS), ...recorded()].filter(
          (name) => !options.network || options.network.split(',').includes(nameOf(name)),
        )
    const profiles = PROFILES.filter((profile) => !options.profile || profile === options.profile)
    if (networks.length === 0) throw new Error(`no network "${options.network}"`)
    if (profiles.length === 0) throw new Error(`no profile "${options.profile}"`)
    const runs: Run[] = []
    for (const network of networks)
      for (const profile of [...profiles, 'neteq' as const])
        for (let seed = 1; seed <= options.seeds; seed++)
          runs.push({
            network,
            profile,
            seed,
            minutes: options.minutes,
            callbackFrames: options.callback,
            packetMs: options['packet-ms'],
          })
    say(`${runs.length} runs of ${options.minutes} virtual minutes`)
    const from = performance.now()
    const outcomes = await performAll(runs, () => {})
    const hours = (runs.length * options.minutes) / 60
    say(`${round((performance.now() - from) / 1000 / hours)} s an hour of stream`)
    const cells = cellsOf(runs, outcomes)
    return makeReport(
      'playout',
      cells.flatMap((cell) => budgetsOf(cell, cells)),
      cells.map(row),
    )
  },
})

function recorded(): string[] {
  return readdirSync(TRACES)
    .filter((file) => file.endsWith('.txt.gz'))
    .map((file) => join(TRACES, file))
}

function nameOf(network: string): string {
  return basename(network).replace(/\.txt(\.gz)?$/, '')
}

function cellsOf(runs: readonly Run[], outcomes: readonly Outcome[]): Cell[] {
  const cells: Cell[] = []
  for (const [i, { network, profile, seed }] of runs.entries()) {
    if (seed !== 1) continue
    const all = outcomes.filter((_, k) => runs[k]?.network === network && runs[k]?.profile === profile)
    const first = outcomes[i] as Outcome
    const mean = Object.fromEntries(
      Object.keys(first).map((key) => {
        const values = all.map((outcome) => outcome[key as keyof Outcome])
        return [key, values.reduce((a, b) => a + b, 0) / values.length]
      }),
    ) as unknown as Outcome
    cells.push({ network: nameOf(network), profile, mean })
  }
  return cells
}

function budgetsOf({ network, profile, mean }: Cell, cells: readonly Cell[]): Budget[] {
  if (profile === 'neteq') return []
  const budgets: Budget[] = []
  const add = (what: string, value: number, limit: number, unit: string) =>
    budgets.push(atMost(`${network} ${profile}: ${what}`, round(value, 1), round(limit, 1), unit))
  const reference = referenceOf(network, profile)
  if (reference) {
    add('target', mean.targetMs, reference.targetMs * TARGET_SLACK, 'ms')
    const stalls = STALLS_PER_HOUR[network]
    const luck = stalls === undefined ? 1 : mean.stallsPerHour / stalls
    add('episodes', mean.episodesPerHour, reference.episodesPerHour * luck, 'per hour')
  }
  if (FLAWLESS.includes(network)) add('ppm sd', mean.ppmSd, PPM_SD, 'ppm')
  const delayMs = DELAY_MS[network]
  if (profile === 'balanced' && delayMs !== undefined) {
    add('delay', mean.delayMs, delayMs, 'ms')
    if (!FLAWLESS.includes(network)) add('ppm sd', mean.ppmSd, PPM_SD, 'ppm')
  }
  const rival = cells.find((cell) => cell.network === network && cell.profile === 'neteq')?.mean
  if (rival) {
    const behind = Math.min(mean.delayMs - rival.delayMs, mean.episodesPerHour - rival.episodesPerHour)
    add('behind NetEQ in both by', Math.max(0, behind), 0, 'ms, per hour')
  }
  return budgets
}

function row({ network, profile, mean }: Cell): Row {
  return {
    network,
    profile,
    targetMs: round(mean.targetMs, 1),
    delayMs: round(mean.delayMs, 1),
    p95Ms: round(mean.delayP95Ms, 1),
    'episodes/h': round(mean.episodesPerHour, 1),
    'stalls/h': round(mean.stallsPerHour, 0),
    'concealedMs/h': round(mean.concealedMsPerHour, 0),
    ppm: round(mean.ppmMean, 1),
    ppmSd: round(mean.ppmSd, 1),
    ppmMax: round(mean.ppmMax, 0),
    resyncs: round(mean.resyncs, 1),
    settleS: Number.isNaN(mean.settleS) ? null : round(mean.settleS, 0),
  }
}
