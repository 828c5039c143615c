// Builds what is older than its sources. Plain JavaScript: this runs before there is a build.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

export function isInstalled() {
  return existsSync(join(root, 'node_modules/fastify/package.json'))
}

export function buildServer() {
  const stamp = join(root, 'dist/info/start.stamp')
  if (newest('src', 'tsconfig.base.json', 'package-lock.json') < mtime(stamp)) return
  const startedAt = new Date()
  run('node_modules/rolldown/bin/cli.mjs', ['--config', 'src/server/rolldown.config.mjs'])
  mkdirSync(join(root, 'dist/info'), { recursive: true })
  writeFileSync(stamp, '')
  // What was edited while the compiler ran is newer than this.
  utimesSync(stamp, startedAt, startedAt)
}

export function buildPage() {
  if (!existsSync(join(root, 'web/vite.config.ts'))) return
  const page = join(root, 'dist/web')
  if (newest('web', 'public', 'src/shared', 'package-lock.json') > mtime(join(page, 'index.html'))) {
    process.stdout.write('Building the page (first start or changed sources)…\n')
    run('node_modules/vite/bin/vite.js', ['build', 'web', '--logLevel', 'warn'])
  }
  const index = join(page, 'index.html')
  if (mtime(`${index}.br`) < mtime(index)) run('src/server/compress.mjs', [page])
}

/** Runs a script in a process of its own, which takes its memory with it, quietly; when it fails, shows what it said and ends with its exit code. */
function run(script, args) {
  const path = join(root, script)
  if (!existsSync(path)) {
    process.stderr.write(
      'Backline must be built first, and the tools for that are missing. Run "npm ci --include=dev", then "npm start".\n',
    )
    process.exit(1)
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, ...args], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status === 0) return
  process.stderr.write(`${stdout}${stderr}
The build failed.
`)
  process.exit(1)
}

/** Newest modification in ms, of files and of folders: a deleted file shows in its folder. */
function newest(...paths) {
  const times = paths.map((path) => {
    const from = join(root, path)
    if (!existsSync(from) || statSync(from).isFile()) return mtime(from)
    const inside = readdirSync(from, { recursive: true }).map((name) => mtime(join(from, name)))
    return Math.max(mtime(from), ...inside)
  })
  return Math.max(...times)
}

/** 0 when there is no such file. */
function mtime(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
