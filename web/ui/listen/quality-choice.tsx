import { RUNG_NAMES, type RungName } from '../../../src/shared/rungs.ts'
import type { RungWish } from '../../network/messages.ts'
import type { PlayerSnapshot } from '../../player/player-snapshot.ts'

interface QualityChoiceProps {
  snapshot: PlayerSnapshot
  onChoose: (wish: RungWish) => void
}

const WORDS: Record<RungName, string> = {
  'pcm-f32': 'Studio',
  pcm16: 'Uncompressed',
  'opus-256': 'High',
  'opus-128': 'Good',
  'opus-96': 'Small',
  'opus-64': 'Smallest',
}
/** Not every source has more than 16 bits: offered once the server says so. */
const USUAL = RUNG_NAMES.filter((name) => name !== 'pcm-f32')

/** How much of the link the sound may take: by itself as much as it carries, or as somebody says. */
export function QualityChoice({ snapshot, onChoose }: QualityChoiceProps) {
  const { stats, rungs } = snapshot
  const { wish } = stats.link
  const there = rungs ?? USUAL
  // What was chosen for another source stays chosen, and is shown.
  const names = RUNG_NAMES.filter((name) => name === wish || there.includes(name))
  const now = stats.state === 'playing' ? stats.rung : null
  return (
    <label className="quality">
      <span className="quality-name">Quality</span>
      <select
        className="quality-select"
        value={wish}
        onChange={(event) => onChoose(event.currentTarget.value as RungWish)}
      >
        <option value="auto">Auto</option>
        {names.map((name) => (
          <option key={name} value={name}>
            {WORDS[name]}
          </option>
        ))}
      </select>
      <span className="quality-now" aria-hidden="true">
        {now !== null && now !== wish ? WORDS[now] : ''}
      </span>
    </label>
  )
}
