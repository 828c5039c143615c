import type { Player } from '../../player/player.ts'
import type { PlayerSnapshot } from '../../player/player-snapshot.ts'
import { unless } from '../parts/held.ts'
import { useSnapshot } from '../parts/use-snapshot.ts'
import { feedbackWords } from './room-words.ts'

/** As soon as everybody can know of it. */
const SOON_MS = 500
const START_MS = 3000
const BACK_MS = 10_000

/** What a controller has in hand; whoever is none sees only what the server would not do. */
export function RoomDeck({ player }: { player: Player }) {
  const room = useSnapshot(player.store, deckOf)
  // What is said of others is an array of its own, so that it is compared by what is in it.
  const feedback = useSnapshot(player.store, (snapshot) => snapshot.room.feedback)
  const refusal = room.refusal && (
    <p className="deck-refusal" role="alert">
      {room.refusal}
    </p>
  )
  if (!room.steers) return refusal || null
  const { ready, paused, backMs, furtherMs } = room
  return (
    <section className="deck" aria-label="For everybody">
      <div className="deck-keys">
        <Key
          name={paused ? 'Play' : 'Pause'}
          ready={ready}
          onPress={() => player.transport({ action: paused ? 'play' : 'pause', inMs: SOON_MS })}
        />
        <Key
          name="Back 10 s"
          ready={ready && furtherMs > backMs}
          onPress={() => player.transport({ action: 'seek', backMs: furtherMs, inMs: SOON_MS })}
        />
        <Key
          name="To live"
          ready={ready && (backMs > 0 || paused)}
          onPress={() => player.transport({ action: 'live', inMs: SOON_MS })}
        />
        <Key
          name="Start in 3 s"
          ready={ready && paused}
          onPress={() => player.transport({ action: 'play', inMs: START_MS })}
        />
      </div>
      {refusal}
      {feedback.length > 0 && (
        <ul className="deck-feedback">
          {feedback.map((one) => (
            <li key={one.listener}>{feedbackWords(one)}</li>
          ))}
        </ul>
      )}
    </section>
  )
}

function deckOf({ stats, room }: PlayerSnapshot) {
  const { sync, state } = stats
  const backMs = sync.backMs ?? 0
  return {
    refusal: room.refusal,
    steers: (sync.role ?? room.asked) === 'controller',
    ready: state === 'playing' && sync.playing !== null,
    paused: sync.playing === false,
    backMs,
    furtherMs: Math.floor(Math.min(backMs + BACK_MS, sync.seekableMs ?? 0)),
  }
}

function Key({ name, ready, onPress }: { name: string; ready: boolean; onPress: () => void }) {
  return (
    <button type="button" className="key" {...unless(!ready, onPress)}>
      {name}
    </button>
  )
}
