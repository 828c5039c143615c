import { createTheme, MantineProvider } from '@mantine/core'
import type { Player } from '../player/player.ts'
import { ListenPage } from './listen-page.tsx'

const theme = createTheme({
  fontFamily: 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  respectReducedMotion: true,
})

export function App({ player }: { player: Player }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <ListenPage player={player} />
    </MantineProvider>
  )
}
