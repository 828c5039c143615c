import { atMost, type Budget } from '../lib/report.ts'
import { median, round } from '../lib/statistics.ts'
import type { FirstVisit } from './first-visits.ts'
import { offBy } from './shown-waterfall.ts'
import type { Stretch } from './stretch.ts'

/** Of the chirps: around those that were lost the tone is not judged either. */
const MOST_LOST = 0.1

/** What could not be measured is missed. */
export function budgets(visits: readonly FirstVisit[], closed: Stretch, open: Stretch): Budget[] {
  const worst = (values: readonly number[]) => (values.length === 0 ? Number.NaN : Math.max(...values))
  const chirps = closed.latency.played + open.latency.played
  const heard = closed.latency.heard + open.latency.heard
  const cost = ({ load }: Stretch) => round(load.main + load.compositor + load.painters)
  return [
    atMost('sound after the press', round(worst(visits.map(({ soundMs }) => soundMs / 1000))), 2, 's'),
    atMost('loaded before it', round(worst(visits.map(({ loadedKb }) => loadedKb)), 1), 120, 'kB'),
    atMost('page CPU, panel closed', cost(closed), 4, '% of a core'),
    atMost('page CPU, panel open', cost(open), 12, '% of a core'),
    atMost('own long tasks, panel closed', closed.tasks.own.length, 0, 'tasks'),
    atMost('own long tasks, panel open', open.tasks.own.length, 0, 'tasks'),
    atMost('own glitches, panel closed', closed.tone.own.length, 0, 'episodes'),
    atMost('own glitches, panel handled', open.tone.own.length, 0, 'episodes'),
    atMost('chirps not heard', chirps - heard, round(MOST_LOST * chirps), 'chirps'),
    atMost('waterfall off its total by', round(worst(waterfallOff(closed))), 1, 'ms'),
    atMost("page's total off by", round(totalOff(closed)), 5, 'ms'),
  ]
}

/** Of every reading of the open waterfall; one that lacks a part counts as missed. */
function waterfallOff({ told }: Stretch): number[] {
  return told.flatMap(({ shown }) => (shown ? [offBy(shown) ?? Number.NaN] : []))
}

/** Between the median of what the page says and that of what is recorded. */
function totalOff({ told, latency }: Stretch): number {
  const totals = told.map((one) => one.latency.total ?? Number.NaN)
  return totals.some(Number.isNaN) ? Number.NaN : Math.abs(median(totals) - latency.p50)
}
