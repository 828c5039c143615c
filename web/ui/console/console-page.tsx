import type { Player } from '../../player/player.ts'

/** For who is in charge of a room. */
export default function ConsolePage({ player }: { player: Player }) {
  return (
    <main className="panel">
      <h1 className="wordmark">Backline</h1>
      <p>{player.stats().state}</p>
    </main>
  )
}
