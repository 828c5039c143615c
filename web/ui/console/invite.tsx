import './invite.css'
import { Button, TextInput } from '@mantine/core'
import { useRef, useState } from 'react'
import { renderSVG } from 'uqr'
import type { Role } from '../../../src/shared/wire/room-messages.ts'
import { browserStore, keep, recall } from '../../player/memory/store.ts'
import { unless } from '../parts/held.ts'
import { isByNumber, isHere, originOf } from './addresses.ts'
import type { ConsoleTools } from './console-tools.ts'
import { InviteLink } from './invite-link.tsx'
import { InviteList } from './invite-list.tsx'
import { Refusal } from './refusal.tsx'
import { useInvites } from './use-invites.ts'

const KEY = 'backline.invite-origin'
const KINDS: readonly { role: Role; name: string; note: string }[] = [
  { role: 'listener', name: 'To listen', note: 'For 24 hours, for whoever has it.' },
  { role: 'controller', name: 'To steer', note: 'For 24 hours. Whoever has it is in charge, too.' },
  { role: 'engineer', name: 'To mix', note: 'For 24 hours. Mix, room and figures; no start, no stop.' },
]

/** Links that others open, to copy or to point a phone at. Each is made when somebody wants it, and ends after a day. */
export function Invite({ tools: { commands } }: { tools: ConsoleTools }) {
  const [typed, setTyped] = useState(() => recall(browserStore(), KEY) ?? '')
  const [wanted, setWanted] = useState<Role>('listener')
  const { made, working, isForbidden, busy, refusal, make, takeBack } = useInvites(commands)
  const heading = useRef<HTMLHeadingElement>(null)
  const isByHand = useRef(false)
  const onlyHere = isHere(location.hostname)
  const origin = (onlyHere ? originOf(typed) : undefined) ?? location.origin
  // One code at a time: a phone would take whichever it sees.
  const shown =
    KINDS.find(({ role }) => made[role] && role === wanted) ?? KINDS.find(({ role }) => made[role])
  const code = shown && made[shown.role]
  const makeOne = async (role: Role) => {
    const { origin: others } = (await make(role)) ?? {}
    setWanted(role)
    // What somebody typed as a number at another time may be another computer's by now.
    if (others !== undefined && !isByHand.current)
      setTyped((before) => (before === '' || isByNumber(before) ? others : before))
  }
  const takeOneBack = async (id: string) => {
    // The key that was pressed goes with it.
    if (await takeBack(id)) heading.current?.focus()
  }
  return (
    <section className="module invite" aria-label="Invite">
      <header className="module-head">
        <h2 ref={heading} tabIndex={-1}>
          Invite
        </h2>
      </header>
      {isForbidden && <p className="module-empty">Links are made by whoever is in charge of this room.</p>}
      {shown && code && (
        <figure className="invite-code">
          <img
            className="qr"
            alt={`QR code ${shown.name.toLowerCase()}: ${origin + code.url}`}
            src={qrOf(origin + code.url)}
          />
          <figcaption>{shown.name}</figcaption>
        </figure>
      )}
      {!isForbidden && (
        <div className="invite-links">
          {KINDS.map(({ role, name, note }) => {
            const invite = made[role]
            return invite === undefined ? (
              <Button key={role} {...unless(busy, () => void makeOne(role))}>
                Link {name.toLowerCase()}
              </Button>
            ) : (
              <InviteLink
                {...{ name, note }}
                key={role}
                link={origin + invite.url}
                onShow={shown?.role === role ? undefined : () => setWanted(role)}
              />
            )
          })}
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
                  isByHand.current = true
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
          <InviteList invites={working} busy={busy} onTakeBack={takeOneBack} />
        </div>
      )}
    </section>
  )
}

function qrOf(link: string): string {
  return `data:image/svg+xml,${encodeURIComponent(renderSVG(link, { border: 2, pixelSize: 4 }))}`
}
