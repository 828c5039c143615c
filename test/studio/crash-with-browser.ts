// Opens a page in the browser named by the first argument, says where the studio is and which processes the browser
// has, and waits to be killed.
import { ENGINES, openBrowser } from './browser.ts'
import { startStudio } from './studio.ts'

const engine = ENGINES.find((name) => name === process.argv[2])
if (!engine) throw new Error(`which browser: ${ENGINES.join(', ')}?`)
const studio = await startStudio()
const browser = await openBrowser({ engine, studio, url: 'data:text/html,<p>Hello' })
console.log(JSON.stringify({ dir: studio.dir, pids: await browser.pids() }))
await new Promise(() => {}) // until it is killed
