import './tables.css'
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

/**
 * Laid out anew only when one of its figures says something else. Not of the component library: two hundred of its cells take
 * 20 ms to make, and again each time.
 */
export const FigureTable = memo(function FigureTable({ group }: { group: FigureGroup }) {
  return (
    <table className="dev-table">
      <caption>{group.name}</caption>
      <tbody>
        {group.figures.map(({ path, name, value, about }) => (
          <tr key={path}>
            <th scope="row" title={about}>
              {name}
            </th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
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
