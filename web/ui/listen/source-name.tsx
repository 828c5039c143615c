import { lazy, Suspense, useState } from 'react'
import type { Player } from '../../player/player.ts'
import type { PlayerSnapshot } from '../../player/player-snapshot.ts'
import { useRemembered } from '../parts/use-remembered.ts'
import { useSnapshot } from '../parts/use-snapshot.ts'

// Most who listen never need it.
const InstrumentHelp = lazy(() =>
  import('./instrument-help.tsx').then((module) => ({ default: module.InstrumentHelp })),
)

/** What is playing; when it is the demo synth, why, and what it takes to hear an instrument. */
export function SourceName({ player }: { player: Player }) {
  const { name, isDemo, fallback } = useSnapshot(player.store, sourceOf)
  const [dismissed, setDismissed] = useRemembered('help-dismissed', false)
  const [asked, setAsked] = useState(false)
  if (name === undefined) return null
  // By itself it opens only for whoever expected an instrument.
  const open = isDemo && (asked || (fallback !== undefined && !dismissed))
  const toggle = (next: boolean) => {
    setAsked(next)
    if (!next) setDismissed(true)
  }
  return (
    <>
      <div className="source">
        <p className="source-name">{isDemo ? 'Demo synth' : name}</p>
        {isDemo && (
          <button
            type="button"
            className="help-key"
            aria-label="How to hear your own instrument"
            aria-expanded={open}
            onClick={() => toggle(!open)}
          >
            ?
          </button>
        )}
      </div>
      {open && (
        <Suspense>
          <InstrumentHelp why={fallback} onDismiss={() => toggle(false)} />
        </Suspense>
      )}
    </>
  )
}

function sourceOf({ source }: PlayerSnapshot) {
  return { name: source?.name, isDemo: source?.input === 'synth', fallback: source?.fallback }
}
