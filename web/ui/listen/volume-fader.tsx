import type { Player } from '../../player/player.ts'
import { Fader } from '../parts/fader.tsx'
import { useSnapshot } from '../parts/use-snapshot.ts'
import { volumeOf } from './volume-memory.ts'

/** Volume and mute of this page alone. */
export function VolumeFader({ player }: { player: Player }) {
  const volume = volumeOf(player)
  const percent = useSnapshot(volume, (now) => now)
  const muted = useSnapshot(player.store, (snapshot) => snapshot.muted)
  return (
    <div className="volume" data-muted={muted ? '' : undefined}>
      <button type="button" className="key mute" aria-pressed={muted} onClick={() => player.setMuted(!muted)}>
        Mute
      </button>
      <span className="volume-name" aria-hidden="true">
        Volume
      </span>
      <Fader
        name="Volume"
        min={0}
        max={100}
        step={1}
        value={percent}
        valueText={`${percent} %`}
        onChange={volume.set}
      />
      <span className="volume-value" aria-hidden="true">
        {muted ? 'muted' : `${percent} %`}
      </span>
    </div>
  )
}
