import './transport.css'
import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Transport as Wish } from '../../../src/shared/wire/room-schema.ts'
import { unless } from '../parts/held.ts'
import { useSnapshot } from '../parts/use-snapshot.ts'
import type { ConsoleTools } from './console-tools.ts'
import { Refusal } from './refusal.tsx'
import { RoomCountdown } from './room-countdown.tsx'
import { RoomSettings } from './room-settings.tsx'
import { placeWords } from './transport-words.ts'
import { useAttempt } from './use-attempt.ts'

/** As soon as everybody can know of it. */
const SOON_MS = 500
const START_MS = 3000
const BACK_MS = 10_000

/** What everybody in Together and Steady hears, and the keys that change it. */
export function Transport({ tools: { room } }: { tools: ConsoleTools }) {
  const state = useSnapshot(room.store, (all) => all)
  const { refusal, run } = useAttempt()
  const [note, setNote] = useState('')
  const { known, playing, backMs, seekableMs } = state
  const further = Math.floor(Math.min(backMs + BACK_MS, seekableMs))
  const does = (wish: Omit<Wish, 'type'>) => {
    setNote('')
    void run(async () => setNote(await room.transport(wish)))
  }
  return (
    <section className="module for-all" aria-label="For everybody">
      <header className="module-head">
        <h2>For everybody</h2>
      </header>
      <div className="for-all-glass">
        <p className="place" aria-live="polite">
          {placeWords(state)}
        </p>
        <RoomCountdown room={room} />
      </div>
      <div className="for-all-keys">
        <Button
          className="key-main"
          {...unless(!known, () => does({ action: playing ? 'pause' : 'play', inMs: SOON_MS }))}
        >
          {playing ? 'Pause' : 'Play'}
        </Button>
        <Button
          {...unless(!known || further <= backMs, () =>
            does({ action: 'seek', backMs: further, inMs: SOON_MS }),
          )}
        >
          Back 10 s
        </Button>
        <Button
          {...unless(!known || (playing && backMs === 0), () => does({ action: 'live', inMs: SOON_MS }))}
        >
          To live
        </Button>
        <Button {...unless(!known || playing, () => does({ action: 'play', inMs: START_MS }))}>
          Start in 3 s
        </Button>
      </div>
      <Refusal words={refusal} />
      {note && <p className="module-note">{note}</p>}
      <p className="module-note">
        For those in Together and Steady. Who listens Live always hears the instrument.
      </p>
      <RoomSettings state={state} onSet={room.setRoom} />
    </section>
  )
}
