import { Button } from '@mantine/core'
import './drawer.css'
import {
  type KeyboardEvent,
  type PointerEvent,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { roomAddress } from '../../player/address/room-address.ts'
import type { Player } from '../../player/player.ts'
import { DeskTheme } from '../parts/desk-theme.tsx'
import { pagePath } from '../shell/page-name.ts'
import { DevPanel } from './dev-panel.tsx'
import { LEAST_PERCENT, loadSize, MOST_PERCENT, saveSize, sizeAfterKey, sizeWithin } from './drawer-size.ts'

const FIRST_PERCENT = 55
/** From this width on it stands at the side. */
const WIDE = '(min-width: 1100px)'

/** The dev panel over another page, which goes on beside it and stays where it is. */
export default function DevDrawer({ player, onClose }: { player: Player; onClose: () => void }) {
  const drawer = useRef<HTMLElement>(null)
  const title = useId()
  const side = useMedia(WIDE)
  const [percent, setPercent] = useState(() => loadSize(FIRST_PERCENT))
  useFocusWhileOpen(drawer)
  useRoomBeside(side ? '--beside' : '--below', `${percent}${side ? 'vw' : 'vh'}`)

  const resize = (next: number) => {
    setPercent(next)
    saveSize(next)
  }
  const resizeByKey = (event: KeyboardEvent) => {
    const next = sizeAfterKey(event.key, percent, side)
    if (next === undefined) return
    event.preventDefault()
    resize(next)
  }
  const drag = ({ currentTarget, pointerId, clientX, clientY }: PointerEvent) => {
    if (!currentTarget.hasPointerCapture(pointerId)) return
    const share = side ? 1 - clientX / innerWidth : 1 - clientY / innerHeight
    resize(sizeWithin(share * 100))
  }
  const close = (event: KeyboardEvent) => {
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey
    if (event.key !== 'Escape' && !(event.key.toLowerCase() === 'd' && plain)) return
    event.preventDefault()
    event.stopPropagation()
    onClose()
  }
  return (
    <DeskTheme>
      <section
        ref={drawer}
        className="dev-drawer"
        data-side={side || undefined}
        style={side ? { width: `${percent}%` } : { height: `${percent}%` }}
        role="dialog"
        aria-modal={false}
        aria-labelledby={title}
        tabIndex={-1}
        onKeyDown={close}
      >
        {/* biome-ignore lint/a11y/useSemanticElements: a rule can not be moved */}
        <div
          className="dev-grip"
          role="separator"
          aria-label="Size of the dev panel"
          aria-orientation={side ? 'vertical' : 'horizontal'}
          aria-valuemin={LEAST_PERCENT}
          aria-valuemax={MOST_PERCENT}
          aria-valuenow={percent}
          aria-valuetext={`${percent} % of the window`}
          tabIndex={0}
          onKeyDown={resizeByKey}
          onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
          onPointerMove={drag}
        />
        <div className="dev-scroll">
          <header className="dev-head">
            <h2 id={title}>Dev panel</h2>
            <a href={pagePath(roomAddress(location), 'dev')}>As a page</a>
            <Button onClick={onClose}>Close</Button>
          </header>
          <DevPanel player={player} />
        </div>
      </section>
    </DeskTheme>
  )
}

/** The page below is told how much of the window is taken, and makes do with the rest. */
function useRoomBeside(where: '--beside' | '--below', size: string): void {
  useLayoutEffect(() => {
    const { style } = document.documentElement
    style.setProperty(where, size)
    return () => void style.removeProperty(where)
  }, [where, size])
}

/** The focus comes here, and goes back to where it was if it is still here at the end. */
function useFocusWhileOpen(drawer: React.RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const here = drawer.current
    const before = document.activeElement
    here?.focus({ preventScroll: true })
    return () => {
      const now = document.activeElement
      const lost = now === null || now === document.body || here?.contains(now)
      if (lost && before instanceof HTMLElement) before.focus({ preventScroll: true })
    }
  }, [drawer])
}

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches)
  useEffect(() => {
    const media = matchMedia(query)
    const look = () => setMatches(media.matches)
    media.addEventListener('change', look)
    return () => media.removeEventListener('change', look)
  }, [query])
  return matches
}
