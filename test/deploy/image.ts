// The files of the container's image without a container: what its Containerfile copies, from a build of its own.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { copiesOf, type Instruction } from './containerfile.ts'

export const ROOT = join(import.meta.dirname, '../..')
/** WORKDIR of both stages. */
const INSIDE = '/backline/'
/** As `external` of the bundles' settings. */
const EXTERNAL = ['pino', 'naudiodon']

/** Folder with the image's /backline, readable for everybody. `remove` when done. */
export function makeImage(stage: readonly Instruction[]): { root: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'backline-image-'))
  chmodSync(folder, 0o755)
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    return { root: fill(folder, stage), remove }
  } catch (error) {
    remove()
    throw error
  }
}

/** Returns where in `folder` it is. */
function fill(folder: string, stage: readonly Instruction[]): string {
  const built = join(folder, 'build')
  const root = join(folder, 'backline')
  mkdirSync(built)
  mkdirSync(root)
  buildInto(built)
  for (const { from, sources, target } of copiesOf(stage))
    for (const source of sources) {
      const path = from === undefined ? join(ROOT, source) : join(built, source.replace(INSIDE, ''))
      const to = target.endsWith('/')
        ? join(root, target, source.split('/').at(-1) as string)
        : join(root, target)
      mkdirSync(dirname(to), { recursive: true })
      if (from === undefined) cpSync(path, to, { recursive: true })
      else renameSync(path, to)
    }
  rmSync(built, { recursive: true })
  return root
}

/**
 * What the build's stage has in the end, as far as the server takes it: the bundles, and the packages that are not in them, all of
 * which must be there without those for developers. The page is but a document.
 */
function buildInto(folder: string): void {
  for (const name of ['package.json', 'LICENSE']) cpSync(join(ROOT, name), join(folder, name))
  for (const path of runtimePackages())
    if (existsSync(join(ROOT, path))) cpSync(join(ROOT, path), join(folder, path), { recursive: true })
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      join(ROOT, 'node_modules/rolldown/bin/cli.mjs'),
      ...['--config', 'src/server/rolldown.config.mjs', '--dir', join(folder, 'dist/app')],
    ],
    { cwd: ROOT, encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`the server can not be built: ${stderr}`)
  mkdirSync(join(folder, 'dist/web'))
  writeFileSync(join(folder, 'dist/web/index.html'), '<!doctype html><title>Backline</title>')
}

interface Locked {
  dev?: boolean
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

/** Folders of the packages that the bundles leave out, and of what those need. Throws for one that only developers have. */
function runtimePackages(): Set<string> {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))
  const packages: Record<string, Locked> = lock.packages
  const found = new Set<string>()
  const add = (name: string, holder: string): void => {
    const path = [`${holder}/node_modules/${name}`, `node_modules/${name}`].find((each) => each in packages)
    if (path === undefined || found.has(path)) return
    const { dev = false, dependencies, optionalDependencies } = packages[path] as Locked
    if (dev) throw new Error(`${path} is for developers only`)
    found.add(path)
    for (const need of Object.keys({ ...dependencies, ...optionalDependencies })) add(need, path)
  }
  for (const name of EXTERNAL) add(name, '')
  return found
}
