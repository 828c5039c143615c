import './room-settings.css'
import { Radio } from '@mantine/core'
import type { SetRoom } from '../../../src/shared/wire/room-schema.ts'
import { NumberEntry } from './number-entry.tsx'
import { PickOne, PickSwitch } from './pick.tsx'
import { Refusal } from './refusal.tsx'
import type { RoomState } from './room-answer.ts'
import { useAttempt } from './use-attempt.ts'

const LEAST_FIXED_MS = 10
const MOST_FIXED_MS = 10_000
const LONGEST_STEADY_S = 60

interface RoomSettingsProps {
  state: RoomState
  onSet: (wish: Omit<SetRoom, 'type'>) => Promise<void>
}

/** How late the groups are, and what happens when somebody runs low. */
export function RoomSettings({ state, onSet }: RoomSettingsProps) {
  const { known, togetherMs, fixedDelayMs, steadyMs, pauseWhenLow } = state
  const { refusal, run } = useAttempt()
  const set = (wish: Omit<SetRoom, 'type'>) => void run(() => onSet(wish))
  const now = Math.min(MOST_FIXED_MS, Math.max(LEAST_FIXED_MS, Math.round(togetherMs)))
  return (
    <div className="room-settings">
      <Radio.Group
        label="Together"
        classNames={{ root: 'room-delay', label: 'room-delay-name' }}
        value={fixedDelayMs === null ? 'auto' : 'fixed'}
        disabled={!known}
        onChange={(kind) => set({ fixedDelayMs: kind === 'auto' ? null : now })}
      >
        <PickOne
          value="auto"
          label={`As the slowest needs${fixedDelayMs === null && togetherMs > 0 ? `: ${now}\u00a0ms` : ''}`}
        />
        <PickOne value="fixed" label="Fixed" />
        {fixedDelayMs !== null && (
          <NumberEntry
            name="Delay"
            unit="ms"
            value={fixedDelayMs}
            min={LEAST_FIXED_MS}
            max={MOST_FIXED_MS}
            step={1}
            disabled={!known}
            onEnter={(fixed) => set({ fixedDelayMs: fixed })}
          />
        )}
      </Radio.Group>
      <fieldset className="room-delay">
        <legend className="room-delay-name">Steady</legend>
        <div>
          <NumberEntry
            name="Holds"
            unit="s"
            value={steadyMs / 1000}
            min={1}
            max={LONGEST_STEADY_S}
            step={1}
            disabled={!known}
            onEnter={(seconds) => set({ steadyMs: seconds * 1000 })}
          />
          <PickSwitch
            label="Pause for all when one runs low"
            checked={pauseWhenLow}
            disabled={!known}
            onChange={(event) => set({ pauseWhenLow: event.currentTarget.checked })}
          />
        </div>
      </fieldset>
      <Refusal words={refusal} />
    </div>
  )
}
