import type { Row } from '../lib/report.ts'
import { round } from '../lib/statistics.ts'
import type { FirstVisit } from './first-visits.ts'
import { offBy } from './shown-waterfall.ts'
import type { Stretch } from './stretch.ts'

export function visitRows(visits: readonly FirstVisit[]): Row[] {
  return visits.map(({ loadedKb, requests, soundMs }, i) => ({
    row: `visit ${i + 1}`,
    loadedKb: round(loadedKb, 1),
    requests,
    soundMs: round(soundMs, 0),
  }))
}

/** `name`: how the panel was. */
export function stretchRows(name: string, { load, tone, latency, tasks, told }: Stretch): Row[] {
  const { main, compositor, painters, rest, sound, display, others, threads } = load
  return [
    {
      row: `load, panel ${name}`,
      main: round(main),
      compositor: round(compositor),
      painters: round(painters),
      rest: round(rest),
      sound: round(sound),
      display: round(display),
      others: round(others),
    },
    ...[...threads]
      .filter(([, cpu]) => cpu >= 0.05)
      .sort(([, a], [, b]) => b - a)
      .map(([comm, cpu]) => ({ row: `thread ${comm}, panel ${name}`, cpuPercent: round(cpu) })),
    {
      row: `sound, panel ${name}`,
      seconds: round(tone.seconds, 1),
      rig: tone.rig.length,
      machine: tone.machine.length,
      captured: tone.captured.length,
      own: tone.own.length,
      stalls: tone.stalls,
      worstStallMs: round(tone.worstStallMs),
      heard: `${latency.heard}/${latency.played}`,
      p50Ms: round(latency.p50),
      p95Ms: round(latency.p95),
    },
    {
      row: `tasks, panel ${name}`,
      all: tasks.all.length,
      own: tasks.own.length,
      ownUntouched: tasks.untouched.length,
      longestOwnMs: round(Math.max(0, ...tasks.own.map(({ lengthMs }) => lengthMs))),
    },
    ...told.flatMap(({ latency: said, shown }): Row[] =>
      shown === undefined
        ? []
        : [
            {
              row: `waterfall, panel ${name}`,
              shown: shown.parts.map((part) => part ?? '?').join(' + '),
              totalMs: shown.total,
              offMs: roundKnown(offBy(shown)),
              exactTotalMs: roundKnown(said.total),
              errorMs: roundKnown(said.errorMs),
            },
          ],
    ),
  ]
}

function roundKnown(value: number | null): number | null {
  return value === null ? null : round(value)
}
