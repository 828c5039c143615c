import './tables.css'
import '@mantine/core/styles/Tooltip.layer.css'
import { Table, Tooltip, UnstyledButton } from '@mantine/core'
import { memo } from 'react'
import type { ConsoleListener } from '../../../src/shared/wire/console-messages.ts'
import type { DeskSnapshot } from '../../desk/desk-link.ts'
import { ms } from '../../dev/figures.ts'
import { type Store, useSnapshot } from '../parts/use-snapshot.ts'

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

const EVENTS = { hover: true, focus: true, touch: true }
const TIP = { tooltip: 'tip' }
/** Within the page's landmarks, and beyond the edges of the table, which cuts off what sticks out. */
const BESIDE = { target: '.dev-panel' }
const AT_ONCE = { duration: 0 }

/** Everybody who listens, as the server sees them. */
export function ListenersTable({ store }: { store: Store<DeskSnapshot> }) {
  const { listeners, connected, refusal } = useSnapshot(store, ({ listeners, connected, refusal }) => ({
    ...{ listeners, connected, refusal },
  }))
  if (!connected) return <NotTold what="Listeners" refusal={refusal} />
  return (
    // Scrolls sideways on a small display, so it can be reached by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable
    <section className="dev-wide" aria-label="Listeners" tabIndex={0}>
      <Table className="dev-table">
        <Table.Caption>{listeners.length === 0 ? 'Nobody listens' : 'Listeners'}</Table.Caption>
        {listeners.length > 0 && <Head />}
        <Table.Tbody>
          {listeners.map((listener) => (
            <Table.Tr key={listener.id}>
              <Table.Th scope="row">{listener.id}</Table.Th>
              {COLUMNS.map(({ name, text }) => (
                <Table.Td key={name}>{text(listener)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  )
}

/** What a column means is told to a mouse, a finger and the keyboard alike. */
const Head = memo(function Head() {
  return (
    <Table.Thead>
      <Table.Tr>
        <Table.Th scope="col">No.</Table.Th>
        {COLUMNS.map(({ name, about }) => (
          <Table.Th key={name} scope="col">
            <Tooltip
              classNames={TIP}
              portalProps={BESIDE}
              label={about}
              events={EVENTS}
              transitionProps={AT_ONCE}
            >
              <UnstyledButton className="dev-about">{name}</UnstyledButton>
            </Tooltip>
          </Table.Th>
        ))}
      </Table.Tr>
    </Table.Thead>
  )
})

/** In place of what only the server knows. */
export function NotTold({ what, refusal }: { what: string; refusal: string }) {
  return (
    <section className="dev-card" aria-label={what}>
      <h3>{what}</h3>
      <p className="dev-note">
        {refusal || 'The server does not answer at the moment.'}
        {refusal && ' Open this page on the computer the server runs on, or with the controller’s key.'}
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
