import './tables.css'
import { Table } from '@mantine/core'
import { memo } from 'react'
import { type FigureGroup, figureGroups } from '../../dev/figures.ts'
import type { RecorderSnapshot } from '../../dev/recorder.ts'
import { type Store, useSnapshot } from '../parts/use-snapshot.ts'

/** Every figure of `stats()`, once a second. */
export function FigureTables({ store }: { store: Store<RecorderSnapshot> }) {
  const stats = useSnapshot(store, (snapshot) => snapshot.stats)
  return (
    <>
      {figureGroups(stats).map((group) => (
        <FigureTable key={group.name} group={group} />
      ))}
    </>
  )
}

/** Laid out anew only when one of its figures says something else. */
export const FigureTable = memo(function FigureTable({ group }: { group: FigureGroup }) {
  return (
    <Table className="dev-table">
      <Table.Caption>{group.name}</Table.Caption>
      <Table.Tbody>
        {group.figures.map(({ path, name, value, about }) => (
          <Table.Tr key={path}>
            <Table.Th scope="row" title={about}>
              {name}
            </Table.Th>
            <Table.Td>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}, saysTheSame)

function saysTheSame(before: { group: FigureGroup }, after: { group: FigureGroup }): boolean {
  const [old, now] = [before.group.figures, after.group.figures]
  return (
    before.group.name === after.group.name &&
    old.length === now.length &&
    now.every(({ path, value }, i) => old[i]?.path === path && old[i]?.value === value)
  )
}
