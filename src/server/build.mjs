// Builds what is older than its sources. Plain JavaScript: this runs before there is a build.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const root = fileURLToPath(new URL('../../', import.meta.url))
const COMPRESSED = new Set(['.html', '.js', '.css', '.svg', '.json', '.wasm'])
/** Smaller files fit in a packet or two either way. */
const MIN_COMPRESSED_BYTES = 1024

export function isInstalled() {
  return existsSync(join(root, 'node_modules/fastify/package.json'))
}

export function buildServer() {
  const stamp = join(root, 'dist/info/start.stamp')
  if (newest('src', 'tsconfig.base.json', 'package-lock.json') < mtime(stamp)) return
  run('typescript/bin/tsc', ['-b', 'src/server', 'src/capture'])
  mkdirSync(join(root, 'dist/info'), { recursive: true })
  writeFileSync(stamp, '')
}

export function buildPage() {
  if (!existsSync(join(root, 'web/vite.config.ts'))) return
  const page = join(root, 'dist/web')
  if (newest('web', 'public', 'src/shared', 'package-lock.json') > mtime(join(page, 'index.html'))) {
    process.stdout.write('Building the page (first start or changed sources)…\n')
    run('vite/bin/vite.js', ['build', 'web', '--logLevel', 'warn'])
  }
  for (const file of filesIn(page)) compress(file)
}

/** Runs an installed tool quietly; when it fails, shows what it said and ends with its exit code. */
function run(script, args) {
  const path = join(root, 'node_modules', script)
  if (!existsSync(path)) {
    process.stderr.write('Sources changed and the tools to build them are not installed. Run npm ci first.\n')
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

/** Beside the file, for @fastify/static to pick from. */
function compress(file) {
  if (!COMPRESSED.has(extname(file)) || statSync(file).size < MIN_COMPRESSED_BYTES) return
  if (mtime(`${file}.br`) >= mtime(file) && mtime(`${file}.gz`) >= mtime(file)) return
  const bytes = readFileSync(file)
  const params = { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }))
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }))
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
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
