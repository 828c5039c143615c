import type { Player } from '../../player/player.ts'
import type { PlayerSnapshot } from '../../player/player-snapshot.ts'
import { LiveFigure } from '../parts/live-figure.tsx'
import { useSnapshot } from '../parts/use-snapshot.ts'
import { HOP_NAMES, type HopBar, type HopName, hopBars, type ShownLatency } from '../parts/waterfall.ts'
import { delayWords } from './room-words.ts'

const HOPS: Record<HopName, { name: string; what: string }> = {
  capture: { name: 'Capture', what: 'The interface collects a little sound, and it is mixed.' },
  network: { name: 'Network', what: 'The way from there to this device.' },
  buffer: { name: 'Buffer', what: 'Kept in hand, so that what comes late is not missed.' },
  output: { name: 'Output', what: 'This device, down to the loudspeaker.' },
}
const BUFFER_IN_STEP = 'Kept in hand until everybody hears it at once.'
const OUTPUT_UNSURE = 'This device. It does not tell how long its loudspeaker takes.'

/** Where the delay comes from: one bar per hop, on one axis of time. */
export function WaterfallChart({ player, latency }: { player: Player; latency: ShownLatency }) {
  const { inStep, outputKnown, roomWords } = useSnapshot(player.store, roomOf)
  const bars = hopBars(latency)
  return (
    <div className="waterfall">
      <ol className="hops">
        {HOP_NAMES.map((hop) => (
          <li key={hop} className="hop" data-hop={hop}>
            <span className="hop-name">{HOPS[hop].name}</span>{' '}
            <span className="hop-track" aria-hidden="true">
              {bars && <span className="hop-bar" style={{ transform: placed(bars[hop]) }} />}
            </span>{' '}
            <span className="hop-ms">
              {latency[hop] === null ? (
                <span className="hop-unknown">not known</span>
              ) : (
                <LiveFigure text={ms(latency[hop])} />
              )}
            </span>{' '}
            <span className="hop-what">
              {hop === 'buffer' && inStep
                ? BUFFER_IN_STEP
                : hop === 'output' && !outputKnown
                  ? OUTPUT_UNSURE
                  : HOPS[hop].what}
            </span>
          </li>
        ))}
      </ol>
      <p className="hop-sum">
        <span>In all</span>{' '}
        <span className="hop-ms">
          <LiveFigure text={latency.total === null ? 'not known yet' : ms(latency.total)} />
        </span>
      </p>
      {roomWords && <p className="hop-room">{roomWords}</p>}
    </div>
  )
}

function roomOf({ stats: { mode, sync, device, state } }: PlayerSnapshot) {
  const { status, groupDelayMs } = sync
  const follows = mode !== 'live' && status === 'active' && groupDelayMs !== null
  return {
    inStep: mode !== 'live',
    outputKnown: state !== 'playing' || device.outputLatencyMs !== null,
    roomWords: follows ? `The room plays ${delayWords(groupDelayMs)} behind the instrument.` : '',
  }
}

/** Moved and stretched, not laid out anew. */
function placed({ start, length }: HopBar): string {
  return `translateX(${(start * 100).toFixed(2)}%) scaleX(${length.toFixed(4)})`
}

function ms(value: number): string {
  return `${value.toFixed(1).replace('-', '−')} ms`
}
