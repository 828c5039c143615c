import { Slider } from '@mantine/core'
import type { Player } from '../../player/player.ts'
import type { PlayerSnapshot } from '../../player/player-snapshot.ts'
import { MAX_TRIM_MS } from '../../player/trim-memory.ts'
import { CalibrationKey } from './calibration-key.tsx'

const LEAD_WORDS = {
  measured: 'as measured',
  reported: 'as the browser says',
  remembered: 'as it was last time',
} as const

/** What a person can do for an output that is heard later than anybody can know. */
export function AlignmentPanel({ snapshot, player }: { snapshot: PlayerSnapshot; player: Player }) {
  const { stats, room } = snapshot
  const { outputLeadMs, outputLeadFrom, trimMs } = stats.sync
  const playing = stats.state === 'playing'
  const trim = trimMs ?? 0
  return (
    <div className="alignment-panel">
      <p className="alignment-what">
        Devices that stand side by side should click as one. If this one clicks late, give it more trim; if
        early, less.{' '}
        {outputLeadMs !== null && outputLeadFrom !== null && (
          <span>
            Its output takes {outputLeadMs.toFixed(1)} ms, {LEAD_WORDS[outputLeadFrom]}.
          </span>
        )}
      </p>
      <div className="trim">
        <span aria-hidden="true">Trim</span>
        <Slider
          className="fader"
          classNames={{ track: 'fader-track', bar: 'fader-bar', thumb: 'fader-thumb' }}
          min={-MAX_TRIM_MS}
          max={MAX_TRIM_MS}
          value={trim}
          disabled={trimMs === null}
          onChange={player.setTrim}
          label={null}
          thumbLabel="Trim"
          thumbSize={32}
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
          aria-pressed={room.testClick}
          disabled={!playing}
          onClick={() => player.testClick(!room.testClick)}
        >
          Test click
        </button>
        <CalibrationKey ready={playing} onCalibrate={player.calibrate} onTrim={player.setTrim} />
      </div>
    </div>
  )
}
