// `npm run dev`: the page with hot reload, and the server restarting when its files change.
// When one of the two ends, or this process is asked to, both end.
import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const require = createRequire(import.meta.url)
const children: ChildProcess[] = []

run(bin('vite', 'bin/vite.js'), ['web'])
run(bin('tsx', 'dist/cli.mjs'), ['watch', '--clear-screen=false', 'src/server/main.ts'])

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)

function run(script: string, args: string[]): void {
  const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' })
  child.once('exit', (code) => {
    process.exitCode ||= code ?? 0
    end()
  })
  children.push(child)
}

/** Started with this Node directly: a shell in between would keep the signals to itself. */
function bin(name: string, file: string): string {
  return resolve(dirname(require.resolve(`${name}/package.json`)), file)
}

function end(): void {
  for (const child of children)
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
}
