import '@mantine/core/styles/baseline.css'
import '@mantine/core/styles/default-css-variables.css'
import '@mantine/core/styles/UnstyledButton.css'
import '@mantine/core/styles/Slider.css'
import './ui/shell/front-panel.css'
import { createRoot } from 'react-dom/client'
import { Player } from './player/player.ts'
import { exposeApi } from './player/window-api.ts'
import { App } from './ui/shell/app.tsx'
import { pageName } from './ui/shell/page-name.ts'

const player = new Player()
exposeApi(player)

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
createRoot(root).render(<App player={player} page={pageName(location.pathname)} />)
