import type { DevEvent } from '../../dev/events.ts'
import type { RecorderSnapshot } from '../../dev/recorder.ts'
import { type Store, useSnapshot } from '../parts/use-snapshot.ts'
import { LANES } from './plot-specs.ts'

/** The last ones in words: all are in the lane, and in what is copied. */
const SHOWN = 12

/** What happened, the latest first. */
export function EventList({ store }: { store: Store<RecorderSnapshot> }) {
  const events = useSnapshot(store, (snapshot) => snapshot.events)
  return (
    <section className="dev-card" aria-labelledby="dev-events">
      <h3 id="dev-events">What happened</h3>
      {events.length === 0 ? (
        <p className="dev-note">Nothing since this panel was opened.</p>
      ) : (
        <ol className="dev-events">
          {events
            .slice(-SHOWN)
            .reverse()
            .map((event) => (
              <li key={`${event.atMs} ${event.kind} ${event.what}`}>
                <span className="dev-swatch" style={{ background: colorOf(event) }} />
                <time>{timeOf(event.atMs)}</time> {event.what}
                {event.lengthMs !== undefined && `, ${event.lengthMs.toFixed(1)} ms concealed`}
              </li>
            ))}
        </ol>
      )}
    </section>
  )
}

function colorOf({ kind }: DevEvent): string | undefined {
  return LANES.find(({ kinds }) => kinds.includes(kind))?.color
}

function timeOf(atMs: number): string {
  return new Date(atMs).toTimeString().slice(0, 8)
}
