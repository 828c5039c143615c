import './invite.css'
import { Button, TextInput } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { useEffect, useRef, useState } from 'react'
import { renderSVG } from 'uqr'
import { pagePath } from '../shell/page-name.ts'
import { isHere, originOf } from './addresses.ts'
import type { ConsoleTools } from './console-tools.ts'

const KEY = 'backline.invite-origin'
/** For so long it says that it was copied. */
const SAID_MS = 4000

/** The link that others open, to copy or to point a phone at. */
export function Invite({ tools: { address } }: { tools: ConsoleTools }) {
  const { session, key } = address
  const [typed, setTyped] = useState(loadOrigin)
  const onlyHere = isHere(location.hostname)
  const origin = (onlyHere ? originOf(typed) : undefined) ?? location.origin
  const link = `${origin}${pagePath({ session, key: '' }, 'listen')}`
  return (
    <section className="module invite" aria-label="Invite">
      <header className="module-head">
        <h2>Invite</h2>
      </header>
      <img className="qr" alt={`QR code of ${link}`} src={qrOf(link)} />
      <div className="invite-links">
        <Link name="To listen" link={link} />
        {key !== '' && (
          <Link
            name="To steer"
            link={`${origin}${pagePath({ session, key }, 'console')}`}
            note="Whoever has this link is in charge, too."
          />
        )}
        {onlyHere && (
          <>
            <TextInput
              type="url"
              label="Address that others use"
              placeholder="https://studio.example"
              aria-describedby="invite-here"
              value={typed}
              onChange={({ currentTarget: { value } }) => {
                setTyped(value)
                saveOrigin(value)
              }}
            />
            <p className="module-note" id="invite-here">
              Others can not open {location.hostname}: it means their own device. They need this computer’s
              https address.
            </p>
          </>
        )}
      </div>
    </section>
  )
}

function Link({ name, link, note }: { name: string; link: string; note?: string }) {
  const input = useRef<HTMLInputElement>(null)
  const { copy, copied, error } = useClipboard({ timeout: SAID_MS })
  useEffect(() => {
    // No permission, or no clipboard: then by hand.
    if (error) input.current?.select()
  }, [error])
  return (
    <div className="invite-link">
      <TextInput
        ref={input}
        label={name}
        readOnly
        value={link}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button aria-label={`Copy the link ${name.toLowerCase()}`} onClick={() => copy(link)}>
        Copy
      </Button>
      <span className="module-note" aria-live="polite">
        {copied ? 'Copied.' : error ? 'Selected: copy it with Ctrl+C or ⌘C.' : note}
      </span>
    </div>
  )
}

function qrOf(link: string): string {
  return `data:image/svg+xml,${encodeURIComponent(renderSVG(link, { border: 2, pixelSize: 4 }))}`
}

function loadOrigin(): string {
  try {
    return localStorage.getItem(KEY) ?? ''
  } catch {
    return '' // Forbidden: there is nothing to remember.
  }
}

function saveOrigin(origin: string): void {
  try {
    localStorage.setItem(KEY, origin)
  } catch {
    // Full or forbidden: it is then remembered until the page closes.
  }
}
