import { Slider } from '@mantine/core'
import { useEffect, useState } from 'react'
import { loadVolume, saveVolume } from './volume-memory.ts'

/** Remembers where it was left. */
export function VolumeFader({ onVolume }: { onVolume: (volume: number) => void }) {
  const [percent, setPercent] = useState(loadVolume)

  useEffect(() => onVolume(percent / 100), [percent, onVolume])

  return (
    <div className="volume">
      <span className="volume-name" aria-hidden="true">
        Volume
      </span>
      <Slider
        className="fader"
        classNames={{ track: 'fader-track', bar: 'fader-bar', thumb: 'fader-thumb' }}
        value={percent}
        onChange={setPercent}
        onChangeEnd={saveVolume}
        label={null}
        thumbLabel="Volume"
        thumbSize={32}
      />
      <span className="volume-value" aria-hidden="true">
        {percent} %
      </span>
    </div>
  )
}
