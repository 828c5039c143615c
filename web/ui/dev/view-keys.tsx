import { Button, SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { type PlotDeck, WINDOWS_S, type WindowS } from './plot-deck.ts'

const WINDOW_WORDS: Record<WindowS, string> = { 30: '30 s', 60: '1 min', 300: '5 min' }

/** How much the plots show, and whether they stand still. */
export function ViewKeys({ deck }: { deck: PlotDeck }) {
  const [windowS, setWindowS] = useState<WindowS>(60)
  const [paused, setPaused] = useState(false)
  const show = (seconds: WindowS) => {
    setWindowS(seconds)
    deck.setWindow(seconds)
  }
  const pause = () => {
    setPaused(!paused)
    deck.setPaused(!paused)
  }
  const { fromMs, toMs } = deck.view
  return (
    <div className="dev-keys">
      <SegmentedControl
        aria-label="Time shown"
        data={WINDOWS_S.map((seconds) => ({ value: seconds, label: WINDOW_WORDS[seconds] }))}
        value={windowS}
        onChange={show}
      />
      <Button aria-pressed={paused} onClick={pause}>
        {paused ? 'Paused' : 'Pause'}
      </Button>
      {paused && Number.isFinite(toMs) && (
        <label className="dev-moment">
          Moment
          <input
            key={windowS}
            type="range"
            min={fromMs}
            max={toMs}
            step={100}
            defaultValue={toMs}
            onChange={({ target }) => deck.point(target.valueAsNumber)}
          />
        </label>
      )}
    </div>
  )
}
