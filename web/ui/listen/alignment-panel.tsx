import { MAX_TRIM_MS } from '../../player/output/trim-memory.ts'
import type { Player } from '../../player/player.ts'
import type { PlayerSnapshot } from '../../player/player-snapshot.ts'
import { Fader } from '../parts/fader.tsx'
import { unless } from '../parts/held.ts'
import { useSnapshot } from '../parts/use-snapshot.ts'
import { CalibrationKey } from './calibration-key.tsx'
import { TrimEntry } from './trim-entry.tsx'

const LEAD_WORDS = {
  measured: 'as measured',
  reported: 'as the browser says',
  remembered: 'as it was last time',
} as const

/** What a person can do for an output that is heard later than anybody can know. */
export function AlignmentPanel({ player }: { player: Player }) {
  const { outputWords, trimMs, playing, testClick } = useSnapshot(player.store, alignmentOf)
  const trim = trimMs ?? 0
  return (
    <div className="alignment-panel">
      <p className="alignment-what">
        Devices that stand side by side should click as one. If this one clicks late, give it more trim; if
        early, less. {outputWords}
      </p>
      <div className="trim">
        <span aria-hidden="true">Trim</span>
        <Fader
          name="Trim"
          min={-MAX_TRIM_MS}
          max={MAX_TRIM_MS}
          step={0.1}
          from={0}
          value={trim}
          valueText={`${trim.toFixed(1)} ms`}
          disabled={trimMs === null}
          onChange={player.setTrim}
        />
        <span className="trim-value">
          <TrimEntry value={trim} disabled={trimMs === null} onEnter={player.setTrim} /> ms
        </span>
      </div>
      <div className="deck-keys">
        <button
          type="button"
          className="key"
          aria-pressed={testClick}
          {...unless(!playing && !testClick, () => player.testClick(!testClick))}
        >
          Test click
        </button>
        <CalibrationKey ready={playing} onCalibrate={player.calibrate} onTrim={player.setTrim} />
      </div>
    </div>
  )
}

function alignmentOf({ stats, room }: PlayerSnapshot) {
  const { outputLeadMs, outputLeadFrom, trimMs } = stats.sync
  const known = outputLeadMs !== null && outputLeadFrom !== null
  return {
    outputWords: known
      ? `Its output takes ${outputLeadMs.toFixed(0)} ms, ${LEAD_WORDS[outputLeadFrom]}.`
      : '',
    trimMs,
    playing: stats.state === 'playing',
    testClick: room.testClick,
  }
}
