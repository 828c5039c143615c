// Q: does a page left playing hold its latency, and does anything grow?
// Emulated: as in e2e; the listener does nothing. Every `every` seconds five chirps are played and measured.
// Budgets: medians of the bursts within 6 ms of each other (±3 ms); after the first minute server and child grow by
//    5 MB at most between them (straight line through the readings, over the time watched).
// Rows: one per burst (p50Ms: measured; totalMs, targetMs, ppm…: the page's own account at that time; heapMb: the
//    page's JavaScript heap after a collection, in Chromium; serverMb, childMb: resident memory).
import { setTimeout as wait } from 'node:timers/promises'
import { pageStats } from '../test/studio/browser.ts'
import type { Stats } from '../web/player/stats.ts'
import { defineBench, say } from './lib/bench.ts'
import { hearChirps } from './lib/hear.ts'
import { rssMb } from './lib/memory.ts'
import { atMost, makeReport, type Row } from './lib/report.ts'
import { RIG_OPTIONS, withRig } from './lib/rig.ts'
import { round, slope } from './lib/statistics.ts'

interface Burst {
  atS: number
  heard: number
  p50Ms: number
  page: Stats
  heapMb?: number
  serverMb: number
  childMb: number
}

export const bench = defineBench({
  name: 'hold',
  question: 'Does a page left playing hold its latency, and does anything grow?',
  options: {
    ...RIG_OPTIONS,
    minutes: { fallback: 10, explain: 'to watch' },
    every: { fallback: 20, explain: 'seconds between two bursts of five chirps' },
  },
  run: (options) =>
    withRig(options, async (rig) => {
      const { studio, server } = rig
      const from = performance.now()
      const bursts: Burst[] = []
      for (let i = 0; ; i++) {
        const atS = (performance.now() - from) / 1000
        if (atS > options.minutes * 60) break
        const latency = await hearChirps(studio, 5, i + 1)
        bursts.push({
          atS,
          heard: latency.heard,
          p50Ms: latency.p50,
          page: await pageStats(rig),
          ...(rig.heapMb ? { heapMb: await rig.heapMb() } : {}),
          serverMb: rssMb(server.pid),
          childMb: rssMb(server.childPid()),
        })
        say(`${round(atS, 0)} s: ${round(latency.p50)} ms`)
        await wait(Math.max(0, from + (i + 1) * options.every * 1000 - performance.now()))
      }
      const medians = bursts.map(({ p50Ms }) => p50Ms)
      const drift = Math.max(...medians) - Math.min(...medians)
      const budgets = [
        atMost('spread of burst medians', round(drift), 6, 'ms'),
        atMost('growth of child + server', round(growthMb(bursts)), 5, 'MB'),
        atMost(
          'chirps not heard',
          bursts.reduce((sum, { heard }) => sum + 5 - heard, 0),
          0,
          'chirps',
        ),
      ]
      return makeReport('hold', budgets, bursts.map(row))
    }),
})

/** Over the whole time watched, by a straight line through what came after the first minute. */
function growthMb(bursts: readonly Burst[]): number {
  const settled = bursts.filter(({ atS }) => atS >= 60)
  if (settled.length < 3) return 0
  const perSecond = slope(
    settled.map(({ atS }) => atS),
    settled.map(({ serverMb, childMb }) => serverMb + childMb),
  )
  return perSecond * ((settled.at(-1)?.atS ?? 0) - (settled[0]?.atS ?? 0))
}

function row({ atS, heard, p50Ms, page, heapMb, serverMb, childMb }: Burst): Row {
  const known = (value: number | null) => (value === null ? null : round(value))
  return {
    atS: round(atS, 0),
    heard,
    p50Ms: round(p50Ms),
    totalMs: known(page.latencyMs.total),
    targetMs: known(page.targetMs),
    ppm: known(page.ppm),
    underruns: page.underruns.episodes,
    resyncs: page.resyncs,
    ...(heapMb === undefined ? {} : { heapMb: round(heapMb) }),
    serverMb: round(serverMb),
    childMb: round(childMb),
  }
}
