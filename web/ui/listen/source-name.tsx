import type { PlayerSnapshot } from '../../player/player-snapshot.ts'

/** What is playing, and why it is the demo synth when it is. */
export function SourceName({ snapshot: { source } }: { snapshot: PlayerSnapshot }) {
  if (!source) return null
  return (
    <div className="source">
      <p className="source-name">{source.input === 'synth' ? 'Demo synth' : source.name}</p>
      {source.fallback && <p className="source-why">{source.fallback}</p>}
    </div>
  )
}
