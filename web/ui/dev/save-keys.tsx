import { Button } from '@mantine/core'
import { useState } from 'react'
import type { DeskSnapshot } from '../../desk/desk-link.ts'
import { makeBundle, makeCopy } from '../../dev/bundle.ts'
import { complaints } from '../../dev/complaints.ts'
import { aboutPage, askServer } from '../../dev/page-facts.ts'
import type { Recorder } from '../../dev/recorder.ts'
import { fileName, saveFile } from '../../dev/save-file.ts'
import { TapeKeys } from './tape-keys.tsx'

interface SaveKeysProps {
  recorder: Recorder
  desk: () => DeskSnapshot
}

/** What can be taken away from this panel. */
export function SaveKeys({ recorder, desk }: SaveKeysProps) {
  const [said, say] = useState('')
  const copy = async () => {
    const { stats } = recorder.store.snapshot()
    const { series, events } = recorder
    try {
      await navigator.clipboard.writeText(JSON.stringify(makeCopy(stats, series, events), null, 2))
      say('Copied: all figures, and their last minute.')
    } catch {
      say('This browser does not let the page copy. Use Diagnosis instead: it has the same, as a file.')
    }
  }
  const diagnose = async () => {
    const { stats } = recorder.store.snapshot()
    const { series, events } = recorder
    const { capture, listeners } = desk()
    const madeAt = new Date()
    const bundle = makeBundle({
      ...{ madeAt, page: aboutPage(), server: await askServer(), stats, events, capture, listeners },
      ...{ series, complaints: complaints.heard },
    })
    saveFile(new Blob([JSON.stringify(bundle)]), fileName('diagnosis', madeAt, '.json'))
    say('Saved: attach it to your report. It has no keys and no addresses in it.')
  }
  return (
    <div className="dev-save">
      <div className="dev-keys">
        <Button onClick={copy}>Copy as JSON</Button>
        <Button onClick={diagnose}>Diagnosis</Button>
        <TapeKeys recorder={recorder} say={say} />
      </div>
      <p className="dev-said" role="status">
        {said}
      </p>
    </div>
  )
}
