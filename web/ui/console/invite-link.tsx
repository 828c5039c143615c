import { Button, TextInput } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { useEffect, useRef } from 'react'

/** For so long it says that it was copied. */
const SAID_MS = 4000

interface InviteLinkProps {
  /** What it is for. */
  name: string
  link: string
  note: string
  /** undefined: its code is shown. */
  onShow: (() => void) | undefined
}

/** A link that was made just now, to copy. */
export function InviteLink({ name, link, note, onShow }: InviteLinkProps) {
  const input = useRef<HTMLInputElement>(null)
  const { copy, copied, error } = useClipboard({ timeout: SAID_MS })
  // It takes the place of the key that was pressed.
  useEffect(() => input.current?.focus(), [])
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
      {onShow && (
        <Button aria-label={`Show the code ${name.toLowerCase()}`} onClick={onShow}>
          QR code
        </Button>
      )}
      <span className="module-note" aria-live="polite">
        {copied ? 'Copied.' : error ? 'Selected: copy it with Ctrl+C or ⌘C.' : note}
      </span>
    </div>
  )
}
