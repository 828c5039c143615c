import { Button } from '@mantine/core'
import { useState } from 'react'
import type { TapeEnd } from '../../dev/arrival-tape.ts'
import type { Recorder, TapeView } from '../../dev/recorder.ts'
import { fileName, gzipped, saveFile } from '../../dev/save-file.ts'
import { unless } from '../parts/held.ts'
import { useSnapshot } from '../parts/use-snapshot.ts'

const END_WORDS: Record<TapeEnd, string> = {
  full: 'an hour is enough',
  hole: 'nothing came for more than 10 s',
  'other-stream': 'the source began anew',
}

/** Records when packets come, for the simulator. */
export function TapeKeys({ recorder, say }: { recorder: Recorder; say: (text: string) => void }) {
  const { tape, playable } = useSnapshot(recorder.store, ({ tape, stats }) => ({
    ...{ tape, playable: stats.rateHz !== null },
  }))
  const [saving, setSaving] = useState(false)
  const recording = tape?.recording ?? false
  const record = () => {
    if (recording) recorder.stopTape()
    else if (recorder.startTape()) say('Recording when packets come. You may close this panel meanwhile.')
  }
  const save = async () => {
    setSaving(true)
    try {
      await saveTape(recorder, say)
    } finally {
      setSaving(false)
    }
  }
  return (
    <>
      <Button aria-pressed={recording} {...unless(!recording && !playable, record)}>
        {recording ? 'Stop recording' : 'Record arrivals'}
      </Button>
      {tape && (
        <>
          <Button {...unless(recording || saving, save)}>Save arrivals</Button>
          <span className="dev-tape">{tapeWords(tape)}</span>
        </>
      )}
    </>
  )
}

async function saveTape({ tape }: Recorder, say: (text: string) => void): Promise<void> {
  const at = new Date()
  const parts = tape?.toTrace(`packets as a browser got them, recorded ${at.toISOString()}`)
  if (!parts || tape?.packets === 0) return say('Nothing has been recorded.')
  saveFile(await gzipped(parts), fileName('arrivals', at, '.txt.gz'))
  say('Saved. To replay it: npm run bench -- playout --trace FILE')
}

function tapeWords({ seconds, packets, bytes, ended }: TapeView): string {
  const size = `${Math.floor(seconds)} s, ${packets} packets, ${(bytes / 1e6).toFixed(1)} MB`
  return ended ? `${size}; ended: ${END_WORDS[ended]}` : size
}
