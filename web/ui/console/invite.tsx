import './invite.css'
import { Button, TextInput } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { useCallback, useEffect, useRef, useState } from 'react'
import { renderSVG } from 'uqr'
import type { Role } from '../../../src/shared/wire/room-messages.ts'
import type { WorkingInvite } from '../../desk/commands.ts'
import { browserStore, keep, recall } from '../../player/store.ts'
import { isHere, originOf } from './addresses.ts'
import type { ConsoleTools } from './console-tools.ts'
import { InviteList } from './invite-list.tsx'
import { Refusal } from './refusal.tsx'
import { useAttempt } from './use-attempt.ts'

const KEY = 'backline.invite-origin'
/** For so long it says that it was copied. */
const SAID_MS = 4000
const KINDS: readonly { role: Role; name: string; note: string }[] = [
  { role: 'listener', name: 'To listen', note: 'For 24 hours, for whoever has it.' },
  { role: 'controller', name: 'To steer', note: 'For 24 hours. Whoever has it is in charge, too.' },
  { role: 'engineer', name: 'To mix', note: 'For 24 hours. Mix, room and figures; no start, no stop.' },
]

/** Links that others open, to copy or to point a phone at. Each is made when somebody wants it, and ends after a day. */
export function Invite({ tools: { commands } }: { tools: ConsoleTools }) {
  const [typed, setTyped] = useState(() => recall(browserStore(), KEY) ?? '')
  const [urls, setUrls] = useState<Partial<Record<Role, string>>>({})
  const [shown, setShown] = useState<Role>('listener')
  const [working, setWorking] = useState<readonly WorkingInvite[]>([])
  const { busy, refusal, run } = useAttempt()
  const look = useCallback(async () => setWorking(await commands.invites()), [commands])
  useEffect(() => {
    void run(look)
  }, [run, look])
  const onlyHere = isHere(location.hostname)
  const origin = (onlyHere ? originOf(typed) : undefined) ?? location.origin
  const link = urls[shown] && origin + urls[shown]
  const make = (role: Role) =>
    run(async () => {
      const { url, origin: others } = await commands.invite(role)
      setUrls((before) => ({ ...before, [role]: url }))
      setShown(role)
      if (others !== undefined) setTyped((before) => before || others)
      await look()
    })
  const takeBack = (id: string) =>
    run(async () => {
      await commands.takeBack(id)
      setWorking((before) => before.filter((invite) => invite.id !== id))
    })
  return (
    <section className="module invite" aria-label="Invite">
      <header className="module-head">
        <h2>Invite</h2>
      </header>
      {link && <img className="qr" alt={`QR code of ${link}`} src={qrOf(link)} />}
      <div className="invite-links">
        {KINDS.map(({ role, name, note }) =>
          urls[role] === undefined ? (
            <Button key={role} onClick={() => make(role)}>
              Link {name.toLowerCase()}
            </Button>
          ) : (
            <Link key={role} name={name} link={origin + urls[role]} note={note} />
          ),
        )}
        <Refusal words={refusal} />
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
                keep(browserStore(), KEY, value)
              }}
            />
            <p className="module-note" id="invite-here">
              Others can not open {location.hostname}: it means their own device. They need this computer’s
              https address.
            </p>
          </>
        )}
        <InviteList invites={working} busy={busy} onTakeBack={takeBack} />
      </div>
    </section>
  )
}

function Link({ name, link, note }: { name: string; link: string; note: string }) {
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
