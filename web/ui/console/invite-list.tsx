import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { Role } from '../../../src/shared/wire/room-messages.ts'
import type { WorkingInvite } from '../../desk/commands.ts'
import type { ConsoleTools } from './console-tools.ts'
import { Refusal } from './refusal.tsx'
import { useAttempt } from './use-attempt.ts'

/** More are counted, not shown. */
const MOST_SHOWN = 6
const NAMES: Readonly<Record<Role, string>> = { listener: 'listen', controller: 'steer', engineer: 'mix' }
const UNTIL = new Intl.DateTimeFormat(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' })

/** Links that work, each with a key that ends it. `made`: another number whenever there is another link. */
export function InviteList({ commands, made }: { commands: ConsoleTools['commands']; made: number }) {
  const [invites, setInvites] = useState<readonly WorkingInvite[]>([])
  const { busy, refusal, run } = useAttempt()
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is looked again when there is another link.
  useEffect(() => {
    let isHere = true
    void run(async () => {
      const found = await commands.invites()
      if (isHere) setInvites(found)
    })
    return () => {
      isHere = false
    }
  }, [commands, run, made])
  const takeBack = (id: string) =>
    run(async () => {
      await commands.takeBack(id)
      setInvites((before) => before.filter((invite) => invite.id !== id))
    })
  if (invites.length === 0) return <Refusal words={refusal} />
  return (
    <>
      <ul className="invite-list" aria-label="Links that work">
        {invites.slice(0, MOST_SHOWN).map(({ id, role, expiresAt }) => {
          const what = `to ${NAMES[role]}, until ${UNTIL.format(new Date(expiresAt))}`
          return (
            <li key={id}>
              <span className="module-note">A link {what}</span>
              <Button aria-label={`Take back the link ${what}`} disabled={busy} onClick={() => takeBack(id)}>
                Take back
              </Button>
            </li>
          )
        })}
      </ul>
      {invites.length > MOST_SHOWN && <p className="module-note">And {invites.length - MOST_SHOWN} older.</p>}
      <Refusal words={refusal} />
    </>
  )
}
