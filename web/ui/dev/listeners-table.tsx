import './tables.css'
import { memo } from 'react'
import type { ConsoleListener } from '../../../src/shared/wire/console-messages.ts'
import type { DeskSnapshot, RefusedFor } from '../../desk/desk-link.ts'
import { ms } from '../../dev/figures.ts'
import { type Store, useSnapshot } from '../parts/use-snapshot.ts'
import { AboutHead } from './about-head.tsx'

const COLUMNS: readonly { name: string; about: string; text: (listener: ConsoleListener) => string }[] = [
  { name: 'Room', about: 'Which one it is in', text: ({ session }) => session },
  { name: 'Role', about: 'What it may do', text: ({ role }) => role },
  { name: 'Mode', about: 'Live, or with others', text: ({ mode }) => mode },
  { name: 'Status', about: 'How it stands to its room', text: ({ status }) => status ?? '–' },
  { name: 'Rung', about: 'How its sound is sent, and what was asked for', text: rungText },
  { name: 'Need', about: 'Instrument to ear, as its page says', text: ({ needMs }) => ms(needMs, 0) },
  { name: 'Drift', about: 'Later than its room', text: ({ driftMs }) => ms(driftMs) },
  { name: 'Target', about: 'What its playout aims at', text: ({ targetMs }) => ms(targetMs) },
  {
    name: 'Lateness',
    about: 'Worst packet since its last receipt',
    text: ({ latenessMs }) => ms(latenessMs),
  },
  { name: 'In flight', about: 'Sent and not yet there', text: ({ inFlightMs }) => ms(inFlightMs) },
  {
    name: 'Delivered',
    about: 'Over its socket',
    text: ({ deliveredKbps }) => `${Math.round(deliveredKbps)} kbit/s`,
  },
  {
    name: 'Left out',
    about: 'Packets, because too much was in flight',
    text: ({ packetsSkipped }) => String(packetsSkipped),
  },
  { name: 'Underruns', about: 'Episodes, as its page says', text: ({ episodes }) => String(episodes) },
  { name: 'Connected', about: 'For so long', text: ({ connectedSeconds }) => duration(connectedSeconds) },
]

/** Everybody who listens, as the server sees them. */
export function ListenersTable({ store }: { store: Store<DeskSnapshot> }) {
  const { listeners, connected, ...why } = useSnapshot(
    store,
    ({ listeners, connected, refusal, refusedFor }) => ({ listeners, connected, refusal, refusedFor }),
  )
  if (!connected) return <NotTold what="Listeners" {...why} />
  return (
    // Scrolls sideways on a small display, so it can be reached by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable
    <section className="dev-wide" aria-label="Listeners" tabIndex={0}>
      <table className="dev-table">
        <caption>{listeners.length === 0 ? 'Nobody listens' : 'Listeners'}</caption>
        {listeners.length > 0 && <Head />}
        <tbody>
          {listeners.map((listener) => (
            <tr key={listener.id}>
              <th scope="row">{listener.id}</th>
              {COLUMNS.map(({ name, text }) => (
                <td key={name}>{text(listener)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** It never changes. */
const Head = memo(() => <AboutHead first="No." columns={COLUMNS} />)

interface NotToldProps {
  what: string
  refusal: string
  refusedFor: RefusedFor | undefined
}

/** What helps. */
const REMEDY: Record<RefusedFor, string> = {
  forbidden: ' Open this page on the computer the server runs on, or with the controller’s key.',
  gone: '',
  full: ' It comes by itself as soon as there is room.',
}

/** In place of what only the server knows. */
export function NotTold({ what, refusal, refusedFor }: NotToldProps) {
  return (
    <section className="dev-card" aria-label={what}>
      <h3>{what}</h3>
      <p className="dev-note">
        {refusal || 'The server does not answer at the moment.'}
        {refusedFor && REMEDY[refusedFor]}
      </p>
    </section>
  )
}

function rungText({ rung, wish, skipping }: ConsoleListener): string {
  const asked = wish === 'auto' ? 'auto' : 'pinned'
  return `${rung} (${asked}${skipping ? ', leaving audio out' : ''})`
}

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`
  return seconds < 3600 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}
