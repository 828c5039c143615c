import { useEffect, useRef } from 'react'
import './level-meter.css'
import { tellLevel } from './level-words.ts'
import { FLOOR_DB, SCALE_DB, toFraction } from './meter-ballistics.ts'
import { MeterScreen } from './meter-screen.ts'

interface LevelMeterProps {
  active: boolean
  /** Where the level of what is heard can be read; undefined: nothing plays. */
  memory: () => SharedArrayBuffer | undefined
}

/** At most 30 times a second: more is not seen, and every picture costs the processor that plays. */
const DRAW_MS = 1000 / 30
/** With reduced motion the meter still tells the level, but does not dance. */
const CALM_MS = 250

/** Left and right, in dBFS. Driven past React, only while something plays and somebody looks. */
export function LevelMeter({ active, memory }: LevelMeterProps) {
  const root = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const screen = useRef<MeterScreen>(undefined)

  useEffect(() => {
    const meter = root.current
    const levels = active ? memory() : undefined
    if (!meter || !canvas.current || !levels) return
    const tell = (peak: number) => tellLevel(meter, peak)
    screen.current ??= new MeterScreen(canvas.current, tell)
    const stop = drive(screen.current, levels)
    return () => {
      stop()
      tell(0)
    }
  }, [active, memory])
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
function drive(screen: MeterScreen, memory: SharedArrayBuffer): () => void {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
  // Not the display's own frames: to ask for those makes a browser compose them all, changed or not.
  const everyMs = calm ? CALM_MS : DRAW_MS
  const look = () => (document.hidden ? screen.hold() : screen.run({ memory, everyMs }))
  look()
  document.addEventListener('visibilitychange', look)
  return () => {
    document.removeEventListener('visibilitychange', look)
    screen.rest()
  }
}
