import { createTheme, MantineProvider } from '@mantine/core'
import { lazy, Suspense } from 'react'
import type { Player } from '../../player/player.ts'
import { ListenPage } from '../listen/listen-page.tsx'
import type { PageName } from './page-name.ts'

// What a listener never opens is not loaded for one.
const ConsolePage = lazy(() => import('../console/console-page.tsx'))
const DevPage = lazy(() => import('../dev/dev-page.tsx'))

const theme = createTheme({
  fontFamily: 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  respectReducedMotion: true,
})

export function App({ player, page }: { player: Player; page: PageName }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <Suspense>
        {page === 'listen' && <ListenPage player={player} />}
        {page === 'console' && <ConsolePage player={player} />}
        {page === 'dev' && <DevPage player={player} />}
      </Suspense>
    </MantineProvider>
  )
}
