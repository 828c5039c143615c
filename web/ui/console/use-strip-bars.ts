import { type RefObject, useEffect } from 'react'
import type { DeskLink } from '../../desk/desk-link.ts'
import { StripBar } from './strip-bar.ts'

/** At most 30 times a second: the server tells levels 20 times. */
const DRAW_MS = 1000 / 30
/** With reduced motion the meters still tell the level, but do not dance. */
const CALM_MS = 250
/** As many as a source may have. */
const MOST_CHANNELS = 32

/**
 * Moves all strips' meters below `root`, past React; while `active`, and somebody looks. `strips` tells which they are, and is
 * another as soon as one of them is: their elements are new then. Empty: there are none.
 */
export function useStripBars(
  root: RefObject<HTMLElement | null>,
  readLevels: DeskLink['readLevels'],
  active: boolean,
  strips: string,
): void {
  useEffect(() => {
    const element = root.current
    if (!element || !active || strips === '') return
    const bars = barsIn(element)
    const levels = { peak: new Float32Array(MOST_CHANNELS), rms: new Float32Array(MOST_CHANNELS) }
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
    let lastMs = performance.now()
    const timer = setInterval(
      () => {
        if (document.hidden) return
        const nowMs = performance.now()
        readLevels(levels)
        bars.forEach((bar, i) => {
          bar.update(levels.peak[i] ?? 0, levels.rms[i] ?? 0, nowMs - lastMs)
        })
        lastMs = nowMs
      },
      calm ? CALM_MS : DRAW_MS,
    )
    return () => {
      clearInterval(timer)
      // Dark again.
      barsIn(element)
    }
  }, [root, readLevels, active, strips])
}

function barsIn(element: HTMLElement): StripBar[] {
  return [...element.querySelectorAll<HTMLElement>('[data-channel]')].map((meter) => {
    const part = (name: string) => meter.querySelector(`.strip-${name}`) as HTMLElement
    part('clip').removeAttribute('data-lit')
    return new StripBar({ clip: part('clip'), rms: part('rms'), peak: part('peak'), hold: part('hold') })
  })
}
