import 'uplot/dist/uPlot.min.css'
import './dev.css'
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
import { ViewKeys } from './view-keys.tsx'

const PLOT_HEIGHT = 180
const LANE_HEIGHT = 66

/** How the sound comes about, while it does: on a page of its own, or over another. */
export function DevPanel({ player }: { player: Player }) {
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
      <div className="dev-side">
        <MeasureCard player={player} />
        <LatenessCard deck={deck} store={recorder.store} />
        <EventList store={recorder.store} />
      </div>
      <InSight className="dev-whole" store={desk.store}>
        {(store) => <ListenersTable store={store} />}
      </InSight>
      <InSight className="dev-tables" store={recorder.store}>
        {(store) => <FigureTables store={store} />}
      </InSight>
      <InSight className="dev-capture" store={desk.store}>
        {(store) => <CaptureCard store={store} />}
      </InSight>
    </div>
  )
}
