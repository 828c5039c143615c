// Starts a studio with something in it that hides (a grandchild without the mark, as a browser's helpers are), says
// where and who, and waits to be killed.
import { startStudio } from './studio.ts'
import { waitUntil } from './wait-until.ts'

const studio = await startStudio()
const parent = studio.start('sh', ['-c', 'env -u BACKLINE_STUDIO sleep 600 & echo stray $!; wait'])
const strayPid = await waitUntil('the stray', () => Number(/stray (\d+)/.exec(parent.log())?.[1]))
console.log(JSON.stringify({ dir: studio.dir, strayPid }))
await new Promise(() => {}) // until it is killed
