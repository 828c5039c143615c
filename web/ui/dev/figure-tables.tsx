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

export function FigureTable({ group }: { group: FigureGroup }) {
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
}
