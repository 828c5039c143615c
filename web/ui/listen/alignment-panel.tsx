import type { Player } from '../../player/player.ts'
import type { PlayerSnapshot } from '../../player/player-snapshot.ts'
import { MAX_TRIM_MS } from '../../player/trim-memory.ts'
import { Fader } from '../parts/fader.tsx'
import { useSnapshot } from '../parts/use-snapshot.ts'
import { CalibrationKey } from './calibration-key.tsx'

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
        <label className="trim-value">
          <input
            type="number"
            aria-label="Trim in milliseconds"
            min={-MAX_TRIM_MS}
            max={MAX_TRIM_MS}
            step={0.1}
            value={Number(trim.toFixed(1))}
            disabled={trimMs === null}
            onChange={(event) => {
              const { valueAsNumber } = event.currentTarget
              if (Number.isFinite(valueAsNumber)) player.setTrim(valueAsNumber)
            }}
          />{' '}
          ms
        </label>
      </div>
      <div className="deck-keys">
        <button
          type="button"
          className="key"
          aria-pressed={testClick}
          disabled={!playing}
          onClick={() => player.testClick(!testClick)}
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
