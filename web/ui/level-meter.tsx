import { useEffect, useRef } from 'react'
import type { Levels } from '../player/player.ts'
import { FLOOR_DB, MeterBallistics, SCALE_DB, toFraction } from './meter-ballistics.ts'

interface LevelMeterProps {
  active: boolean
  readLevels: (out: Levels) => void
}

/** With reduced motion the meter still tells the level, but does not dance. */
const CALM_MS = 250

/** Left and right, in dBFS. Driven past React, by the display's own frames, only while something plays. */
export function LevelMeter({ active, readLevels }: LevelMeterProps) {
  const root = useRef<HTMLDivElement>(null)

  useEffect(() => {
    const element = root.current
    if (!element || !active) return
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
    const levels: Levels = { peakLeft: 0, peakRight: 0, rmsLeft: 0, rmsRight: 0 }
    const left = new MeterBallistics()
    const right = new MeterBallistics()
    let lastMs = performance.now()
    let frame = requestAnimationFrame(draw)

    function draw(nowMs: number): void {
      frame = requestAnimationFrame(draw)
      if (calm && nowMs - lastMs < CALM_MS) return
      readLevels(levels)
      left.update(levels.peakLeft, nowMs - lastMs)
      right.update(levels.peakRight, nowMs - lastMs)
      lastMs = nowMs
      show(element as HTMLDivElement, 'left', left)
      show(element as HTMLDivElement, 'right', right)
    }

    return () => {
      cancelAnimationFrame(frame)
      for (const side of ['left', 'right']) show(element, side, new MeterBallistics())
    }
  }, [active, readLevels])

  return (
    <div ref={root} className="meter" role="img" aria-label="Level of the left and right channel, in dBFS">
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
    </div>
  )
}

/** Custom properties move two compositor-only transforms. */
function show(element: HTMLElement, side: string, { level, hold }: MeterBallistics): void {
  element.style.setProperty(`--${side}-level`, level.toFixed(4))
  element.style.setProperty(`--${side}-hold`, hold.toFixed(4))
}
