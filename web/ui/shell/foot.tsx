import type { MouseEvent } from 'react'
import type { RoomAddress } from '../../player/address/room-address.ts'
import { type PageName, pagePath } from './page-name.ts'

const PAGES: readonly { page: PageName; word: string }[] = [
  { page: 'listen', word: 'Listen' },
  { page: 'console', word: 'Console' },
  { page: 'dev', word: 'Dev panel' },
]

interface FootProps {
  page: PageName
  address: RoomAddress
  onHelp: () => void
  /** The dev panel over this page, so that the sound goes on. */
  onPanel: () => void
}

/** Below every page: the ways to the others, and the help. */
export function Foot({ page, address, onHelp, onPanel }: FootProps) {
  const over = (event: MouseEvent) => {
    // In a tab or a window of its own, if that is wanted.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    onPanel()
  }
  return (
    <footer className="foot">
      <nav aria-label="Pages">
        {PAGES.map(({ page: other, word }) => (
          <a
            key={other}
            href={pagePath(address, other)}
            aria-current={other === page ? 'page' : undefined}
            {...(other === 'dev' && page !== 'dev' && { 'aria-haspopup': 'dialog', onClick: over })}
          >
            {word}
          </a>
        ))}
      </nav>
      <button type="button" onClick={onHelp}>
        Keys and look
      </button>
    </footer>
  )
}
