import type { CaptureView, IntervalCounts } from '../../../src/shared/wire/console-messages.ts'
import type { DeskSnapshot } from '../../desk/desk-link.ts'
import type { Figure } from '../../dev/figures.ts'
import { type Store, useSnapshot } from '../parts/use-snapshot.ts'
import { Bars } from './bars.tsx'
import { FigureTable } from './figure-tables.tsx'
import { NotTold } from './listeners-table.tsx'

/** The child that captures, as the server sees it. */
export function CaptureCard({ store }: { store: Store<DeskSnapshot> }) {
  const { capture, connected, ...why } = useSnapshot(
    store,
    ({ capture, connected, refusal, refusedFor }) => ({ capture, connected, refusal, refusedFor }),
  )
  if (!capture || !connected) return <NotTold what="Capture" {...why} />
  const intervals = capture.child?.intervals
  return (
    <section className="dev-card" aria-label="Capture">
      <FigureTable group={{ name: 'Capture', figures: captureFigures(capture) }} />
      {intervals && <Intervals {...intervals} />}
    </section>
  )
}

function Intervals({ edgesMs, counts }: IntervalCounts) {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const slowest = counts.findLastIndex((count) => count > 0)
  const worst = slowest < edgesMs.length ? `below ${edgesMs[slowest]} ms` : `above ${edgesMs.at(-1)} ms`
  return (
    <>
      <h3>From block to block</h3>
      <Bars
        label={`Times between ${total} blocks, the longest ${total === 0 ? 'not known' : worst}`}
        counts={counts}
        from="0 ms"
        to={`above ${edgesMs.at(-1)} ms`}
      />
    </>
  )
}

function captureFigures({ state, message, source, restarts, child, streamId }: CaptureView): Figure[] {
  const counters = child?.counters
  const rows: [name: string, value: string, about: string][] = [
    ['State', state, 'Of the child process that captures'],
    ['Source', source?.name ?? '–', 'What plays'],
    [
      'Format',
      source ? `${source.channels} × ${source.rateHz} Hz, ${source.bits} bit` : '–',
      'As it is captured',
    ],
    ['Stream', String(streamId ?? '–'), 'Its number'],
    ['Restarts', String(restarts), 'Since the server started'],
    [
      'Process',
      child ? `${child.pid}, up ${Math.round(child.upSeconds)} s` : '–',
      'Process id, and since when',
    ],
    ['Processor', child?.cpuPercent == null ? '–' : `${child.cpuPercent.toFixed(1)} %`, 'Of one core'],
    ['Memory', child?.rssMb == null ? '–' : `${child.rssMb.toFixed(0)} MB`, 'Resident'],
    ['Blocks', String(counters?.blocks ?? '–'), 'Since the child started'],
    ['Overflows', String(counters?.overflows ?? '–'), 'The device was not read in time'],
    ['Gaps', counters ? `${counters.gaps} (${counters.gapFrames} frames)` : '–', 'In the device’s clock'],
    ['Clipped', counters ? `${counters.clippedFrames} frames` : '–', 'Mix above full scale, bent back'],
    ['Dropped', counters ? `${counters.droppedBlocks} blocks` : '–', 'The server was too late to take them'],
  ]
  if (message) rows.splice(1, 0, ['Message', message, 'In its own words'])
  return rows.map(([name, value, about]) => ({ path: name, name, value, about }))
}
