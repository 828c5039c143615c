import './ui/shell/base.css'
import './ui/shell/front-panel.css'
import { createRoot } from 'react-dom/client'
import { complaints } from './dev/complaints.ts'
import { takeKey } from './player/address/page-key.ts'
import { roomAddress } from './player/address/room-address.ts'
import { watchMediaKeys } from './player/media-keys.ts'
import { browserStore } from './player/memory/store.ts'
import { Player } from './player/player.ts'
import { keepAwake } from './player/wake-lock.ts'
import { exposeApi } from './player/window-api.ts'
import { App } from './ui/shell/app.tsx'
import { manifestPath, pageName } from './ui/shell/page-name.ts'
import { Scheme } from './ui/shell/scheme.ts'

complaints.listenTo(window, () => performance.timeOrigin + performance.now())
const { session } = roomAddress(location)
takeKey(session)
document.querySelector('link[rel=manifest]')?.setAttribute('href', manifestPath({ session }))
const player = new Player()
exposeApi(player)
watchMediaKeys(player)
keepAwake(player.store)
const light = matchMedia('(prefers-color-scheme: light)')
const scheme = new Scheme({ store: browserStore(), document, light })

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
const page = pageName(location.pathname)
createRoot(root).render(<App player={player} page={page} address={roomAddress(location)} scheme={scheme} />)
