import { lazy, useEffect, useState } from 'react'
import type { RoomAddress } from '../../player/address/room-address.ts'
import type { Player } from '../../player/player.ts'
import { ListenPage } from '../listen/listen-page.tsx'
import { volumeOf } from '../listen/volume-memory.ts'
import { Late } from '../parts/late.tsx'
import { Foot } from './foot.tsx'
import { listenForKeys, steer } from './keys.ts'
import type { PageName } from './page-name.ts'
import type { Scheme } from './scheme.ts'

// What a listener never opens is not loaded for one.
const ConsolePage = lazy(() => import('../console/console-page.tsx'))
const DevPage = lazy(() => import('../dev/dev-page.tsx'))
const DevDrawer = lazy(() => import('../dev/dev-drawer.tsx'))
const HelpDialog = lazy(() => import('./help-dialog.tsx'))

interface AppProps {
  player: Player
  page: PageName
  address: RoomAddress
  scheme: Scheme
}

/** The page its address names, the keys, and what opens over every page. */
export function App({ player, page, address, scheme }: AppProps) {
  const [drawer, setDrawer] = useState(false)
  const [help, setHelp] = useState(false)
  // As loud as it was left, on a page that has no fader as well.
  useState(() => volumeOf(player))
  useEffect(
    () =>
      listenForKeys(window, (name) => {
        if (name === 'help') setHelp(true)
        // The dev page is the panel already.
        else if (name === 'dev') setDrawer((open) => !open && page !== 'dev')
        else if (name === 'close') setDrawer(false)
        else steer(player, name)
      }),
    [player, page],
  )
  return (
    <>
      <a className="skip" href={`${location.href.split('#')[0]}#page`}>
        Skip to the page
      </a>
      <span id="page" className="unseen" tabIndex={-1} />
      {page === 'listen' && <ListenPage player={player} />}
      {page === 'console' && (
        <Late>
          <ConsolePage player={player} />
        </Late>
      )}
      {page === 'dev' && (
        <Late>
          <DevPage player={player} />
        </Late>
      )}
      <Foot page={page} address={address} onHelp={() => setHelp(true)} onPanel={() => setDrawer(true)} />
      {drawer && (
        <Late>
          <DevDrawer player={player} onClose={() => setDrawer(false)} />
        </Late>
      )}
      {help && (
        <Late>
          <HelpDialog session={address.session} scheme={scheme} onClose={() => setHelp(false)} />
        </Late>
      )}
    </>
  )
}
