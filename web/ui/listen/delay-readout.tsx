import type { Stats } from '../../player/stats.ts'
import { useSteady } from '../parts/use-steady.ts'

/** The delay from the instrument to the ear, and where it comes from. */
export function DelayReadout({ stats }: { stats: Stats }) {
  const { latencyMs, underruns, device, state } = stats
  const playing = state === 'playing'
  const total = useSteady(playing ? latencyMs.total : null)
  const buffer = useSteady(playing ? latencyMs.buffer : null)
  const known = total !== null && buffer !== null
  return (
    <div className="readout">
      <dl className="figures">
        <div className="figure delay" data-unknown={total === null ? '' : undefined}>
          <dt>Delay</dt>
          <dd>
            <span className="digits">{total === null ? '––' : format(total)}</span>
            <span className="unit">ms</span>
          </dd>
        </div>
        <div className="figure underruns">
          <dt>Underruns</dt>
          <dd>
            <span className="digits">{state === 'idle' ? '–' : underruns.episodes}</span>
          </dd>
        </div>
      </dl>
      <p className="hops">
        {known ? (
          <>
            <Hop name="Capture" ms={latencyMs.capture} />
            <Hop name="Network" ms={latencyMs.network} />
            <Hop name="Buffer" ms={buffer} />
            <Hop
              name={device.outputLatencyMs === null ? 'Output (device unknown)' : 'Output'}
              ms={latencyMs.output}
            />
          </>
        ) : (
          <span>{playing ? 'Measuring…' : 'From the instrument to your ear'}</span>
        )}
      </p>
    </div>
  )
}

function Hop({ name, ms }: { name: string; ms: number | null }) {
  return (
    <span className="hop">
      {name} <b>{ms === null ? '–' : format(ms)}</b> ms
    </span>
  )
}

function format(ms: number): string {
  return Math.abs(ms) < 99.95 ? ms.toFixed(1) : ms.toFixed(0)
}
