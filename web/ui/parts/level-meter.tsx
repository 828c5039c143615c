import { useEffect, useRef } from 'react'
import type { Levels } from '../../player/player.ts'
import './level-meter.css'
import { LevelWords } from './level-words.ts'
import { FLOOR_DB, SCALE_DB, toFraction } from './meter-ballistics.ts'
import { type BarParts, MeterBar } from './meter-bar.ts'

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

  useEffect(() => {
    const element = root.current
    if (!element || !active) return
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
    const levels: Levels = { peakLeft: 0, peakRight: 0, rmsLeft: 0, rmsRight: 0 }
    const left = new MeterBar(partsOf(element, 'left'))
    const right = new MeterBar(partsOf(element, 'right'))
    const words = new LevelWords(element)
    let lastMs = performance.now()
    const draw = () => {
      const nowMs = performance.now()
      readLevels(levels)
      left.update(levels.peakLeft, nowMs - lastMs)
      right.update(levels.peakRight, nowMs - lastMs)
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
      for (const side of ['left', 'right']) new MeterBar(partsOf(element, side))
      words.silence()
    }
  }, [active, readLevels])

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
      <Bar side="left" letter="L" />
      <Bar side="right" letter="R" />
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

function Bar({ side, letter }: { side: string; letter: string }) {
  return (
    <div className="meter-row" data-side={side} aria-hidden="true">
      <span className="meter-letter">{letter}</span>
      <div className="meter-track">
        <div className="meter-cover" />
        <div className="meter-hold" />
      </div>
      <span className="meter-clip" />
    </div>
  )
}

function partsOf(meter: HTMLElement, side: string): BarParts {
  const part = (name: string) => meter.querySelector(`[data-side="${side}"] .meter-${name}`) as HTMLElement
  return { cover: part('cover'), hold: part('hold'), clip: part('clip') }
}
