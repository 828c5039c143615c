// `npm start`: builds what is stale, then is the server. One process, so signals and exit codes need no relay.
import process from 'node:process'
import { buildPage, buildServer, isInstalled } from './build.mjs'

if (!isInstalled()) {
  process.stderr.write('Backline is not installed yet. Run "npm ci" in this folder, then "npm start".\n')
  process.exit(1)
}
buildServer()
const args = process.argv.slice(2)
const { readConfig, wantsHelp } = await import('../../dist/app/server/config.js')
if (!wantsHelp(args) && canRead(args)) buildPage()
await import('../../dist/app/server/main.js')

/** What is wrong is said by main; here it only saves building a page for it. */
function canRead(args) {
  try {
    return readConfig({ args, env: process.env, cwd: process.cwd() }) !== undefined
  } catch {
    return false // main reads them again, and tells
  }
}
