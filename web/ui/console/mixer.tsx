import './mixer.css'
import { useRef } from 'react'
import { useSnapshot } from '../parts/use-snapshot.ts'
import type { ConsoleTools } from './console-tools.ts'
import { Presets } from './presets.tsx'
import { Strip } from './strip.tsx'
import { useStripBars } from './use-strip-bars.ts'

/** The input channels, each with what it contributes to left and right. */
export function Mixer({ tools }: { tools: ConsoleTools }) {
  const { desk, mixer } = tools
  const root = useRef<HTMLDivElement>(null)
  const { channels, isOwn, refusal } = useSnapshot(mixer.store, ({ strips, isOwn, refusal }) => ({
    channels: strips.length,
    isOwn,
    refusal,
  }))
  const { names, runs } = useSnapshot(desk.store, ({ connected, capture }) => ({
    // Flat, so that it is the same as long as the names are.
    names: JSON.stringify(capture?.source?.channelNames ?? []),
    runs: connected && capture?.state === 'running',
  }))
  useStripBars(root, tools.readLevels, runs, channels === 0 ? '' : `${channels} ${names}`)
  const channelNames = JSON.parse(names) as string[]
  return (
    <section className="mixer module" aria-label="Mixer">
      <header className="module-head">
        <h2>Mixer</h2>
        <Presets tools={tools} />
      </header>
      {channels === 0 ? (
        <p className="module-empty">The channels appear here as soon as something plays.</p>
      ) : (
        <div ref={root} className="strips">
          {Array.from({ length: channels }, (_, i) => {
            const name = channelNames[i] ?? `Input ${i + 1}`
            // biome-ignore lint/suspicious/noArrayIndexKey: a channel is what is at its place, and names may repeat.
            return <Strip key={`${i} ${name}`} index={i} name={name} mixer={mixer} />
          })}
        </div>
      )}
      <p className="module-note">
        {isOwn
          ? 'The demo synth mixes itself until you move something.'
          : 'Double-click a fader, or press 0 on it, for 0 dB. While one is on Solo, the others are silent.'}
      </p>
      {refusal && (
        <p className="deck-refusal" role="alert">
          {refusal}
        </p>
      )}
    </section>
  )
}
