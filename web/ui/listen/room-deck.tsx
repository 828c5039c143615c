import type { Player } from '../../player/player.ts'
import type { PlayerSnapshot } from '../../player/player-snapshot.ts'
import { feedbackWords } from './room-words.ts'

/** As soon as everybody can know of it. */
const SOON_MS = 500
const START_MS = 3000
const BACK_MS = 10_000

interface RoomDeckProps {
  snapshot: PlayerSnapshot
  onTransport: Player['transport']
}

/** What a controller has in hand; whoever is none sees only what the server would not do. */
export function RoomDeck({ snapshot, onTransport }: RoomDeckProps) {
  const { stats, room } = snapshot
  const { sync } = stats
  const refusal = room.refusal && (
    <p className="deck-refusal" role="alert">
      {room.refusal}
    </p>
  )
  if ((sync.role ?? room.asked) !== 'controller') return refusal || null
  const ready = stats.state === 'playing' && sync.playing !== null
  const backMs = sync.backMs ?? 0
  const paused = sync.playing === false
  const further = Math.min(backMs + BACK_MS, sync.seekableMs ?? 0)
  return (
    <section className="deck" aria-label="For everybody">
      <div className="deck-keys">
        <Key
          name={paused ? 'Play' : 'Pause'}
          ready={ready}
          onPress={() => onTransport({ action: paused ? 'play' : 'pause', inMs: SOON_MS })}
        />
        <Key
          name="Back 10 s"
          ready={ready && further > backMs}
          onPress={() => onTransport({ action: 'seek', backMs: Math.floor(further), inMs: SOON_MS })}
        />
        <Key
          name="To live"
          ready={ready && (backMs > 0 || paused)}
          onPress={() => onTransport({ action: 'live', inMs: SOON_MS })}
        />
        <Key
          name="Start in 3 s"
          ready={ready && paused}
          onPress={() => onTransport({ action: 'play', inMs: START_MS })}
        />
      </div>
      {refusal}
      {room.feedback.length > 0 && (
        <ul className="deck-feedback">
          {room.feedback.map((feedback) => (
            <li key={feedback.listener}>{feedbackWords(feedback)}</li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Key({ name, ready, onPress }: { name: string; ready: boolean; onPress: () => void }) {
  return (
    <button type="button" className="key" disabled={!ready} onClick={onPress}>
      {name}
    </button>
  )
}
