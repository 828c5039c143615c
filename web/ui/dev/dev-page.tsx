import type { Player } from '../../player/player.ts'

/** For who wants to know how the sound comes about. */
export default function DevPage({ player }: { player: Player }) {
  return (
    <main className="panel">
      <h1 className="wordmark">Backline</h1>
      <p>{player.stats().state}</p>
    </main>
  )
}
