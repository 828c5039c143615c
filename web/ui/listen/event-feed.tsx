import { useEffect, useState } from 'react'
import type { Player } from '../../player/player.ts'
import { type EventLog, follow, NO_EVENTS, type PanelEvent } from './events.ts'

/** What happened to the sound and the connection, the latest first. Follows also while it is closed. */
export function EventFeed({ player }: { player: Player }) {
  const events = useEvents(player)
  const [latest] = events
  return (
    <>
      <p className="unseen" aria-live="polite">
        {latest?.important ? latest.words : ''}
      </p>
      {latest && (
        <details className="events">
          <summary>
            <span className="events-name">What happened</span>{' '}
            <span className="events-latest">{latest.words}</span>
          </summary>
          <ol className="events-list">
            {events.map(({ id, atMs, words }) => (
              <li key={id}>
                <time dateTime={new Date(atMs).toISOString()}>{clock(atMs)}</time> {words}
              </li>
            ))}
          </ol>
        </details>
      )}
    </>
  )
}

/** Renders only when there is a new one. */
function useEvents({ store }: Player): readonly PanelEvent[] {
  const [events, setEvents] = useState<EventLog['events']>([])
  useEffect(() => {
    let log = NO_EVENTS
    const look = () => {
      log = follow(log, store.snapshot(), performance.timeOrigin + performance.now())
      setEvents(log.events)
    }
    look()
    return store.subscribe(look)
  }, [store])
  return events
}

function clock(atMs: number): string {
  return new Date(atMs).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
}
