// The links of a room: those made here, which nobody is told twice, and all that work.
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Role } from '../../../src/shared/wire/room-messages.ts'
import { DeskError } from '../../desk/ask.ts'
import type { MadeInvite, WorkingInvite } from '../../desk/commands.ts'
import type { ConsoleTools } from './console-tools.ts'
import { useAttempt } from './use-attempt.ts'

/** Others make links and take them back, too, and a day ends. */
const LOOK_MS = 30_000
/** Of a refusal to whoever is not in charge of this room. */
const FORBIDDEN = 'wrong-role'

export interface Invites {
  /** Made here, and still working. */
  made: Partial<Record<Role, MadeInvite>>
  /** The newest first; without what opens them. */
  working: readonly WorkingInvite[]
  /** Links are not for this page to make. */
  isForbidden: boolean
  busy: boolean
  refusal: string
  /** undefined: refused. */
  make: (role: Role) => Promise<MadeInvite | undefined>
  takeBack: (id: string) => Promise<boolean>
}

export function useInvites(commands: ConsoleTools['commands']): Invites {
  const [made, setMade] = useState<Invites['made']>({})
  const [working, setWorking] = useState<readonly WorkingInvite[]>([])
  const [isForbidden, setForbidden] = useState(false)
  const { busy, refusal, run } = useAttempt()
  /** Grows with what is made and taken back: what was asked before that says nothing of it. */
  const changes = useRef(0)
  const look = useCallback(async () => {
    const asked = changes.current
    const all = await commands.invites()
    if (asked !== changes.current) return
    setWorking(all)
    setMade((before) => only(before, ({ id }) => all.some((invite) => invite.id === id)))
  }, [commands])
  useEffect(() => {
    void run(async () => {
      try {
        await look()
      } catch (error) {
        if (!(error instanceof DeskError && error.reason === FORBIDDEN)) throw error
        setForbidden(true)
      }
    })
    // What fails here is seen by whoever presses something.
    const timer = setInterval(() => void look().catch(() => {}), LOOK_MS)
    return () => clearInterval(timer)
  }, [run, look])
  const make = async (role: Role) => {
    let invite: MadeInvite | undefined
    await run(async () => {
      const fresh = await commands.invite(role)
      changes.current++
      invite = fresh
      setMade((before) => ({ ...before, [role]: fresh }))
      await look()
    })
    return invite
  }
  const takeBack = (id: string) =>
    run(async () => {
      await commands.takeBack(id)
      changes.current++
      setWorking((before) => before.filter((invite) => invite.id !== id))
      setMade((before) => only(before, (invite) => invite.id !== id))
    })
  return { made, working, isForbidden, busy, refusal, make, takeBack }
}

function only(made: Invites['made'], keeps: (invite: MadeInvite) => boolean): Invites['made'] {
  return Object.fromEntries(Object.entries(made).filter(([, invite]) => keeps(invite)))
}
