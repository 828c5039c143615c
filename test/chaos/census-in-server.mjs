// Loaded into the server before its own code: asked by SIGWINCH, which means nothing to it, it writes down what keeps it from ending, such as sockets and
// timers, by kind. Nothing is said of timers that do not (`unref`).
import { renameSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { isMainThread } from 'node:worker_threads'

const path = process.env.CHAOS_CENSUS
// Programs that the server starts inherit this, and are none of it.
if (isMainThread && path && process.argv[1]?.endsWith('start.mjs')) {
  process.on('SIGWINCH', () => {
    const kinds = {}
    for (const kind of process.getActiveResourcesInfo()) kinds[kind] = (kinds[kind] ?? 0) + 1
    writeFileSync(`${path}.new`, JSON.stringify(kinds))
    renameSync(`${path}.new`, path)
  })
}
