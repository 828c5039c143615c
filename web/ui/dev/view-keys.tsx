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
      <fieldset className="dev-windows">
        <legend className="unseen">Time shown</legend>
        {WINDOWS_S.map((seconds) => (
          <label key={seconds} className="dev-window">
            <input
              type="radio"
              name="dev-window"
              checked={windowS === seconds}
              onChange={() => show(seconds)}
            />
            <span>{WINDOW_WORDS[seconds]}</span>
          </label>
        ))}
      </fieldset>
      <button type="button" className="dev-key" aria-pressed={paused} onClick={pause}>
        {paused ? 'Paused' : 'Pause'}
      </button>
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
