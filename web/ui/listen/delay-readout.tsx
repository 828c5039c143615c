import { useState } from 'react'
import type { Player } from '../../player/player.ts'
import type { PlayerSnapshot } from '../../player/player-snapshot.ts'
import { LiveFigure } from '../parts/live-figure.tsx'
import { paced } from '../parts/paced.ts'
import { useRemembered } from '../parts/use-remembered.ts'
import { useSnapshot } from '../parts/use-snapshot.ts'
import { type ShownLatency, shownLatency } from '../parts/waterfall.ts'
import { WaterfallChart } from './waterfall-chart.tsx'

interface Shown extends ShownLatency {
  /** Whole ms; null: the total is a least value. */
  errorMs: number | null
}

/** Twice a second: what changes quicker can not be read. */
const EVERY_MS = 500
/** A change this large is news. */
const JUMP_MS = 20

/** The delay from the instrument's key to the ear, in one figure that opens into where it comes from. */
export function DelayReadout({ player }: { player: Player }) {
  const [select] = useState(() => paced(shown, { everyMs: EVERY_MS, isUrgent }))
  const latency = useSnapshot(player.store, select)
  const [open, setOpen] = useRemembered('waterfall', false)
  const { total, errorMs } = latency
  return (
    <div className="readout">
      <button
        type="button"
        className="delay"
        aria-expanded={open}
        aria-controls="waterfall"
        data-unknown={total === null ? '' : undefined}
        onClick={() => setOpen(!open)}
      >
        <span className="delay-name">
          Delay from key to ear{' '}
          <svg className="delay-arrow" viewBox="0 0 12 12" aria-hidden="true">
            <path d="M2 4l4 4 4-4" />
          </svg>
        </span>{' '}
        <span className="delay-figure">
          {total !== null && errorMs === null && <span className="delay-least">at least </span>}
          <LiveFigure className="digits" text={total === null ? '––' : figure(total)} />{' '}
          <span className="unit">ms</span>{' '}
          {total !== null && errorMs !== null && (
            <LiveFigure className="delay-error" text={`± ${errorMs} ms`} />
          )}
        </span>
      </button>
      <div id="waterfall">{open && <WaterfallChart player={player} latency={latency} />}</div>
    </div>
  )
}

const UNKNOWN: Shown = {
  ...{ capture: null, network: null, buffer: null, output: null },
  ...{ total: null, errorMs: null },
}

function shown({ stats }: PlayerSnapshot): Shown {
  // What was true while something was heard is not a delay of nothing.
  if (stats.state !== 'playing') return UNKNOWN
  const { errorMs } = stats.latencyMs
  return { ...shownLatency(stats.latencyMs), errorMs: errorMs === null ? null : Math.ceil(errorMs) }
}

function isUrgent(before: Shown, next: Shown): boolean {
  if (before.total === null || next.total === null) return before.total !== next.total
  return Math.abs(next.total - before.total) > JUMP_MS
}

function figure(ms: number): string {
  return ms < 999.95 ? ms.toFixed(1) : ms.toFixed(0)
}
