import type { RoomAddress } from '../../player/room-address.ts'
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
}

/** Below every page: the ways to the others, and the help. */
export function Foot({ page, address, onHelp }: FootProps) {
  return (
    <footer className="foot">
      <nav aria-label="Pages">
        {PAGES.map(({ page: other, word }) => (
          <a key={other} href={pagePath(address, other)} aria-current={other === page ? 'page' : undefined}>
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
