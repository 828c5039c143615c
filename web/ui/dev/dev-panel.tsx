import 'uplot/dist/uPlot.min.css'
import './dev.css'
import { memo } from 'react'
import type { Player } from '../../player/player.ts'
import { CaptureCard } from './capture-card.tsx'
import { EventList } from './event-list.tsx'
import { FigureTables } from './figure-tables.tsx'
import { InSight } from './in-sight.tsx'
import { LatenessCard } from './lateness-card.tsx'
import { ListenersTable } from './listeners-table.tsx'
import { MeasureCard } from './measure-card.tsx'
import { Plot } from './plot.tsx'
import { PLOTS } from './plot-specs.ts'
import { SaveKeys } from './save-keys.tsx'
import { useDeck, useDesk } from './use-recorder.ts'
import { useStages } from './use-stages.ts'
import { ViewKeys } from './view-keys.tsx'

const PLOT_HEIGHT = 180
const LANE_HEIGHT = 66

/** What comes after the plots: cards, listeners, figures, capture. */
const LATER_PARTS = 4

/**
 * How the sound comes about, while it does: on a page of its own, or over another. Its parts come one a frame, and stay as they
 * are while what is around them is resized.
 */
export const DevPanel = memo(function DevPanel({ player }: { player: Player }) {
  const parts = useStages(LATER_PARTS)
  const { recorder, deck } = useDeck(player)
  const desk = useDesk()
  const [delay, ...others] = PLOTS
  return (
    <div className="dev-panel">
      <div className="dev-bar-row">
        <ViewKeys deck={deck} />
        <SaveKeys recorder={recorder} desk={desk.store.snapshot} />
      </div>
      <div className="dev-plots">
        <Plot deck={deck} spec={delay} height={PLOT_HEIGHT} />
        <Plot deck={deck} spec={undefined} height={LANE_HEIGHT} />
        {others.map((spec) => (
          <Plot key={spec.name} deck={deck} spec={spec} height={PLOT_HEIGHT} />
        ))}
      </div>
      {parts > 0 && (
        <div className="dev-side">
          <MeasureCard player={player} />
          <LatenessCard deck={deck} store={recorder.store} />
          <EventList store={recorder.store} />
        </div>
      )}
      {parts > 1 && (
        <InSight className="dev-whole" store={desk.store}>
          {(store) => <ListenersTable store={store} />}
        </InSight>
      )}
      {parts > 2 && (
        <InSight className="dev-tables" store={recorder.store}>
          {(store) => <FigureTables store={store} />}
        </InSight>
      )}
      {parts > 3 && (
        <InSight className="dev-capture" store={desk.store}>
          {(store) => <CaptureCard store={store} />}
        </InSight>
      )}
    </div>
  )
})
