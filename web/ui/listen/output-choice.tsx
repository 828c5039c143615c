import type { Player } from '../../player/player.ts'
import { useSnapshot } from '../parts/use-snapshot.ts'

/** Where the sound comes out, in browsers that let a page choose. */
export function OutputChoice({ player }: { player: Player }) {
  const { supported, list, chosenId, namesHidden, notice } = useSnapshot(
    player.store,
    (snapshot) => snapshot.outputs,
  )
  if (!supported) return null
  const { outputs } = player
  return (
    <div className="output">
      <label className="choice">
        <span className="choice-name">Output</span>
        <select
          className="select"
          value={chosenId}
          onChange={(event) => void outputs.choose(event.currentTarget.value)}
        >
          {list.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {namesHidden && (
        <button type="button" className="key small" onClick={() => void outputs.askForNames()}>
          Show names
        </button>
      )}
      <p className="output-notice" role="status">
        {notice}
      </p>
    </div>
  )
}
