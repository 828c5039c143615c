import { lazy, type ReactNode, useState } from 'react'
import type { Player } from '../../player/player.ts'
import type { PlayerSnapshot } from '../../player/player-snapshot.ts'
import { Late } from '../parts/late.tsx'
import { useRemembered } from '../parts/use-remembered.ts'
import { useSnapshot } from '../parts/use-snapshot.ts'

// Most who listen never need it.
const InstrumentHelp = lazy(() =>
  import('./instrument-help.tsx').then((module) => ({ default: module.InstrumentHelp })),
)

interface Source {
  name: ReactNode
  /** null: not asked for. It comes by itself just after the press, so it must not push away what was pressed. */
  help: ReactNode
}

/** What is playing; when it is the demo synth, why, and what it takes to hear an instrument. */
export function useSource(player: Player): Source {
  const { name, isDemo, fallback } = useSnapshot(player.store, sourceOf)
  const [dismissed, setDismissed] = useRemembered('help-dismissed', false)
  const [asked, setAsked] = useState(false)
  if (name === undefined) return { name: null, help: null }
  // By itself it opens only for whoever expected an instrument.
  const open = isDemo && (asked || (fallback !== undefined && !dismissed))
  const toggle = (next: boolean) => {
    setAsked(next)
    if (!next) setDismissed(true)
  }
  return {
    name: (
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
    ),
    help: open ? (
      <Late>
        <InstrumentHelp why={fallback} onDismiss={() => toggle(false)} />
      </Late>
    ) : null,
  }
}

function sourceOf({ source }: PlayerSnapshot) {
  return { name: source?.name, isDemo: source?.input === 'synth', fallback: source?.fallback }
}
