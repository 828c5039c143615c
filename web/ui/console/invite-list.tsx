import { Button } from '@mantine/core'
import type { Role } from '../../../src/shared/wire/room-messages.ts'
import type { WorkingInvite } from '../../desk/commands.ts'
import { unless } from '../parts/held.ts'

/** More are counted, not shown. */
const MOST_SHOWN = 6
const NAMES: Readonly<Record<Role, string>> = { listener: 'listen', controller: 'steer', engineer: 'mix' }
const UNTIL = new Intl.DateTimeFormat(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' })

export interface InviteListProps {
  /** The newest first. */
  invites: readonly WorkingInvite[]
  busy: boolean
  onTakeBack: (id: string) => void
}

/** Links that work, each with a key that ends it. */
export function InviteList({ invites, busy, onTakeBack }: InviteListProps) {
  if (invites.length === 0) return null
  return (
    <>
      <ul className="invite-list" aria-label="Links that work">
        {invites.slice(0, MOST_SHOWN).map(({ id, role, expiresAt }) => {
          const what = `to ${NAMES[role]}, until ${UNTIL.format(new Date(expiresAt))}`
          return (
            <li key={id}>
              <span className="module-note">A link {what}</span>
              <Button aria-label={`Take back the link ${what}`} {...unless(busy, () => onTakeBack(id))}>
                Take back
              </Button>
            </li>
          )
        })}
      </ul>
      {invites.length > MOST_SHOWN && <p className="module-note">And {invites.length - MOST_SHOWN} older.</p>}
    </>
  )
}
