import { useEffect, useRef } from 'react'
import type { Levels } from '../../player/player.ts'
import './level-meter.css'
import { LevelWords } from './level-words.ts'
import { FLOOR_DB, SCALE_DB, toFraction } from './meter-ballistics.ts'
import { MeterScreen } from './meter-screen.ts'

interface LevelMeterProps {
  active: boolean
  readLevels: (out: Levels) => void
}

/** At most 30 times a second: more is not seen, and every picture costs the processor that plays. */
const DRAW_MS = 1000 / 30
/** With reduced motion the meter still tells the level, but does not dance. */
const CALM_MS = 250

/** Left and right, in dBFS. Driven past React, only while something plays and somebody looks. */
export function LevelMeter({ active, readLevels }: LevelMeterProps) {
  const root = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const screen = useRef<MeterScreen>(undefined)

  useEffect(() => {
    if (!root.current || !canvas.current || !active) return
    screen.current ??= new MeterScreen(canvas.current)
    return drive(screen.current, new LevelWords(root.current), readLevels)
  }, [active, readLevels])
  useEffect(() => () => screen.current?.close(), [])

  return (
    // biome-ignore lint/a11y/useSemanticElements: a <meter> can not be drawn as a meter with two bars, peaks and lamps
    <div
      ref={root}
      className="meter"
      role="meter"
      aria-label="Level"
      aria-valuemin={FLOOR_DB}
      aria-valuemax={0}
      aria-valuenow={FLOOR_DB}
      aria-valuetext="silent"
    >
      <span className="meter-letter" aria-hidden="true">
        L
      </span>
      <span className="meter-letter" aria-hidden="true">
        R
      </span>
      <canvas ref={canvas} className="meter-canvas" />
      <div className="meter-scale" aria-hidden="true">
        {SCALE_DB.map((db) => (
          <span key={db} style={{ left: `${toFraction(db) * 100}%` }}>
            {db === FLOOR_DB ? `−${-db} dBFS` : db === 0 ? '0' : `−${-db}`}
          </span>
        ))}
      </div>
    </div>
  )
}

/** Until what it returns is called. */
function drive(
  screen: MeterScreen,
  words: LevelWords,
  readLevels: LevelMeterProps['readLevels'],
): () => void {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
  const levels: Levels = { peakLeft: 0, peakRight: 0, rmsLeft: 0, rmsRight: 0 }
  let lastMs = performance.now()
  const draw = () => {
    const nowMs = performance.now()
    readLevels(levels)
    screen.peaks(levels.peakLeft, levels.peakRight, nowMs - lastMs)
    words.update(Math.max(levels.peakLeft, levels.peakRight), nowMs)
    lastMs = nowMs
  }
  // Not the display's own frames: to ask for those makes a browser compose them all, changed or not.
  let timer: ReturnType<typeof setInterval> | undefined
  const look = () => {
    clearInterval(timer)
    timer = document.hidden ? undefined : setInterval(draw, calm ? CALM_MS : DRAW_MS)
  }
  look()
  document.addEventListener('visibilitychange', look)
  return () => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', look)
    screen.rest()
    words.silence()
  }
}
