import './help-dialog.css'
import { useEffect, useRef } from 'react'
import { useSnapshot } from '../parts/use-snapshot.ts'
import { KeptLink } from './kept-link.tsx'
import { SCHEME_WISHES, type Scheme, type SchemeWish } from './scheme.ts'
import { SHORTCUTS } from './shortcuts.ts'

const WORDS: Record<SchemeWish, string> = { auto: 'Auto', dark: 'Dark', light: 'Light' }

interface HelpDialogProps {
  /** Of which this page is. */
  session: string
  scheme: Scheme
  onClose: () => void
}

/** The keys, how the page looks, and what it remembers. The browser's own dialog: it keeps the focus, gives it back, and a click beside it closes it. */
export default function HelpDialog({ session, scheme, onClose }: HelpDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const wish = useSnapshot(scheme, (now) => now)
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
    // Else the first of the looks would have the focus, and an arrow would change it.
    button.current?.focus()
  }, [])
  const close = () => dialog.current?.close()
  return (
    <dialog
      ref={dialog}
      className="help"
      aria-labelledby="help-title"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && close()}
      onKeyDown={(event) => event.key === '?' && close()}
    >
      <div className="help-body">
        <h2 id="help-title">Keys</h2>
        <dl className="help-keys">
          {SHORTCUTS.map(({ name, label, what }) => (
            <div key={name}>
              <dt>
                <kbd>{label}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <fieldset className="look">
          <legend>Look</legend>
          <div className="look-keys">
            {SCHEME_WISHES.map((name) => (
              <label key={name} className="look-key">
                <input type="radio" name="scheme" checked={name === wish} onChange={() => scheme.set(name)} />
                <span>{WORDS[name]}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <KeptLink session={session} />
        <button ref={button} type="button" className="key" onClick={close}>
          Close
        </button>
      </div>
    </dialog>
  )
}
