import './console.css'
import './module.css'
import { useEffect, useState } from 'react'
import { desk as commands } from '../../desk/commands.ts'
import { openDesk, type RefusedFor } from '../../desk/desk-link.ts'
import { roomAddress } from '../../player/address/room-address.ts'
import type { Player } from '../../player/player.ts'
import { DeskTheme } from '../parts/desk-theme.tsx'
import { useSnapshot } from '../parts/use-snapshot.ts'
import { CaptureCard } from './capture-card.tsx'
import type { ConsoleTools } from './console-tools.ts'
import { Invite } from './invite.tsx'
import { KeyForm } from './key-form.tsx'
import { Listeners } from './listeners.tsx'
import { Mixer } from './mixer.tsx'
import { MixerDesk } from './mixer-desk.ts'
import { Monitor } from './monitor.tsx'
import { RoomDesk } from './room-desk.ts'
import { Transport } from './transport.tsx'
import { TurnedAway } from './turned-away.tsx'

/** For who is in charge of a room. */
export default function ConsolePage({ player }: { player: Player }) {
  const [tools] = useState(() => realTools(player))
  return <Console tools={tools} />
}

function realTools(player: Player): ConsoleTools {
  const address = roomAddress(location)
  const desk = openDesk()
  const mixer = new MixerDesk({ desk: desk.store, setStrips: commands.setStrips })
  const room = new RoomDesk(address.session)
  return { player, address, desk, readLevels: (out) => desk.readLevels(out), commands, mixer, room }
}

/** The desk, with whatever it is to work on. */
export function Console({ tools }: { tools: ConsoleTools }) {
  const { desk, mixer, address, player } = tools
  const { connected, refusal, refusedFor, mixes } = useSnapshot(
    desk.store,
    ({ connected, refusal, refusedFor, mix }) => ({
      ...{ connected, refusal, refusedFor },
      // Who is in charge of another room is told nothing of the mix: that is main's.
      mixes: mix !== undefined || address.session === 'main',
    }),
  )
  useEffect(() => {
    desk.start()
    mixer.start()
    return () => {
      mixer.stop()
      desk.stop()
    }
  }, [desk, mixer])
  return (
    <DeskTheme>
      <main id="main" className="console" data-link={connected ? 'up' : 'down'}>
        <header className="console-head">
          <h1 className="wordmark">
            Backline <span className="console-word">Console</span>
          </h1>
          <p className="console-link">
            <span className="lamp" aria-hidden="true" />
            <span aria-live="polite">{linkWords(connected, refusedFor, address.session)}</span>
          </p>
        </header>
        {refusedFor === 'forbidden' && (
          <KeyForm refusal={refusal} onKey={openWithKey} onRetry={() => desk.start()} />
        )}
        {(refusedFor === 'gone' || refusedFor === 'full') && (
          <TurnedAway refusal={refusal} refusedFor={refusedFor} onRetry={() => desk.start()} />
        )}
        {refusedFor === undefined && (
          <div className="console-units">
            {mixes && <Mixer tools={tools} />}
            <Transport tools={tools} />
            <Monitor player={player} />
            <Listeners tools={tools} />
            <CaptureCard tools={tools} />
            <Invite tools={tools} />
          </div>
        )}
      </main>
    </DeskTheme>
  )
}

function linkWords(connected: boolean, refusedFor: RefusedFor | undefined, session: string): string {
  if (refusedFor) return refusedFor === 'forbidden' ? 'Not in charge here' : 'Not connected'
  if (!connected) return 'Connecting to the server…'
  return session === 'main' ? 'Connected' : `Connected to room ${session}`
}

/** The page that comes takes it out of its address, and keeps it as long as the tab is open. */
function openWithKey(key: string): void {
  const url = new URL(location.href)
  url.searchParams.set('key', key)
  location.assign(url)
}
