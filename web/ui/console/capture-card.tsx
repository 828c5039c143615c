import './capture.css'
import { Button } from '@mantine/core'
import { useState } from 'react'
import type { CaptureView } from '../../../src/shared/wire/console-messages.ts'
import { unless } from '../parts/held.ts'
import { useSnapshot } from '../parts/use-snapshot.ts'
import { pagePath } from '../shell/page-name.ts'
import { captureFigures, captureWords } from './capture-words.ts'
import type { ConsoleTools } from './console-tools.ts'
import { DeskDialog } from './desk-dialog.tsx'
import { Refusal } from './refusal.tsx'
import { SourceChoice } from './source-choice.tsx'
import { type Attempt, useAttempt } from './use-attempt.ts'

/** The source: how it does, start and stop, and which it is. */
export function CaptureCard({ tools }: { tools: ConsoleTools }) {
  const { capture, connected, listening } = useSnapshot(
    tools.desk.store,
    ({ capture, connected, listeners }) => ({
      capture,
      connected,
      listening: listeners.length,
    }),
  )
  const attempt = useAttempt()
  return (
    <section className="module capture" aria-label="Capture">
      <header className="module-head">
        <h2>Capture</h2>
        {capture && <StartStop {...{ capture, listening, attempt, tools }} />}
      </header>
      {capture ? (
        <>
          <p className="capture-state" data-capture={connected ? capture.state : 'unknown'}>
            <span className="lamp" aria-hidden="true" />
            <span aria-live="polite">{captureWords(capture)}</span>
          </p>
          {capture.source?.fallback && <p className="module-note">{capture.source.fallback}</p>}
          <p className="module-note capture-figures">
            {captureFigures(capture)} · <a href={pagePath(tools.address, 'dev')}>Dev panel</a>
          </p>
          <Refusal words={attempt.refusal} />
          <SourceChoice capture={capture} commands={tools.commands} />
        </>
      ) : (
        <p className="module-empty">The server has not told yet.</p>
      )}
    </section>
  )
}

interface StartStopProps {
  capture: CaptureView
  listening: number
  attempt: Attempt
  tools: ConsoleTools
}

function StartStop({ capture, listening, attempt, tools }: StartStopProps) {
  const [asking, setAsking] = useState(false)
  const want = (wanted: boolean) => {
    setAsking(false)
    void attempt.run(() => tools.commands.controlCapture({ wanted }))
  }
  if (!capture.wanted) return <Button {...unless(attempt.busy, () => want(true))}>Start capture</Button>
  return (
    <>
      <Button {...unless(attempt.busy, () => (listening > 0 ? setAsking(true) : want(false)))}>
        Stop capture
      </Button>
      <DeskDialog title="Stop the capture?" open={asking} onClose={() => setAsking(false)}>
        <p>{listening === 1 ? 'One listener hears it.' : `${listening} listeners hear it.`}</p>
        <div className="dialog-keys">
          <Button data-grave="" onClick={() => want(false)}>
            Stop it for all
          </Button>
          <Button data-autofocus="" onClick={() => setAsking(false)}>
            Go on
          </Button>
        </div>
      </DeskDialog>
    </>
  )
}
