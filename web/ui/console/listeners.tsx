import './listeners.css'
import { NativeSelect, Table } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { isRungName, RUNG_NAMES } from '../../../src/shared/rungs.ts'
import type { ConsoleListener } from '../../../src/shared/wire/console-messages.ts'
import { RUNG_WORDS } from '../listen/rung-words.ts'
import { useSnapshot } from '../parts/use-snapshot.ts'
import type { ConsoleTools } from './console-tools.ts'
import { delayWords, MODE_WORDS, msWords, ROLE_WORDS, sinceWords, statusWords } from './listener-words.ts'
import { Refusal } from './refusal.tsx'
import { type Attempt, useAttempt } from './use-attempt.ts'

/** Where a table has no room: in a narrow window, and in one that is just wide enough for two columns of units. */
const NARROW = '(max-width: 899px), (min-width: 1280px) and (max-width: 1399px)'

interface Column {
  name: string
  cell: (listener: ConsoleListener, attempt: Attempt, tools: ConsoleTools) => ReactNode
}

const COLUMNS: readonly Column[] = [
  { name: 'Status', cell: (listener) => <Status listener={listener} /> },
  { name: 'Mode', cell: ({ mode }) => MODE_WORDS[mode] },
  { name: 'Delay', cell: delayWords },
  { name: 'Here for', cell: ({ connectedSeconds }) => sinceWords(connectedSeconds) },
  { name: 'Quality', cell: (listener, attempt, tools) => <Quality {...{ listener, attempt, tools }} /> },
  { name: 'In flight', cell: ({ inFlightMs }) => msWords(inFlightMs) },
  { name: 'Gaps', cell: ({ episodes }) => episodes },
]

/** Who listens to this room, and how they do. */
export function Listeners({ tools }: { tools: ConsoleTools }) {
  const all = useSnapshot(tools.desk.store, ({ listeners }) => listeners)
  const here = all.filter(({ session }) => session === tools.address.session)
  const narrow = useMediaQuery(NARROW)
  const attempt = useAttempt()
  return (
    <section className="module listeners" aria-label="Listeners">
      <header className="module-head">
        <h2>Listeners</h2>
        <span className="module-figure">{here.length}</span>
      </header>
      {here.length === 0 && <p className="module-empty">Nobody listens yet. Send somebody the invitation.</p>}
      {here.length > 0 && !narrow && (
        <div className="table-way">
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Listener</Table.Th>
                {COLUMNS.map(({ name }) => (
                  <Table.Th key={name} scope="col">
                    {name}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {here.map((listener) => (
                <Table.Tr key={listener.id}>
                  <Table.Th scope="row">{nameOf(listener)}</Table.Th>
                  {COLUMNS.map(({ name, cell }) => (
                    <Table.Td key={name} data-short={name === 'Status' ? undefined : ''}>
                      {cell(listener, attempt, tools)}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {here.length > 0 && narrow && (
        <ul className="cards">
          {here.map((listener) => (
            <li key={listener.id}>
              <h3>{nameOf(listener)}</h3>
              <dl>
                {COLUMNS.map(({ name, cell }) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>{cell(listener, attempt, tools)}</dd>
                  </div>
                ))}
              </dl>
            </li>
          ))}
        </ul>
      )}
      <Refusal words={attempt.refusal} />
    </section>
  )
}

function nameOf({ id, role }: ConsoleListener): string {
  return `${ROLE_WORDS[role]} ${id}`
}

function Status({ listener }: { listener: ConsoleListener }) {
  const { words, tone } = statusWords(listener)
  return (
    <span className="standing" data-tone={tone}>
      <span className="lamp" aria-hidden="true" />
      {words}
    </span>
  )
}

interface QualityProps {
  listener: ConsoleListener
  attempt: Attempt
  tools: ConsoleTools
}

/** What it gets; pinned by whoever is in charge, or as its link carries. */
function Quality({ listener, attempt, tools }: QualityProps) {
  const { id, rung, wish } = listener
  const bits = useSnapshot(tools.desk.store, ({ capture }) => capture?.source?.bits)
  // What the source has no bits for is not offered, unless it was asked for before.
  const there = RUNG_NAMES.filter((name) => name !== 'pcm-f32' || bits === 24 || name === wish)
  return (
    <NativeSelect
      aria-label={`Quality of ${nameOf(listener)}`}
      value={wish}
      onChange={({ currentTarget: { value } }) => {
        const asked = isRungName(value) ? value : 'auto'
        void attempt.run(() => tools.commands.setQuality(id, asked))
      }}
    >
      <option value="auto">Auto: {RUNG_WORDS[rung]}</option>
      {there.map((name) => (
        <option key={name} value={name}>
          {RUNG_WORDS[name]}
        </option>
      ))}
    </NativeSelect>
  )
}
