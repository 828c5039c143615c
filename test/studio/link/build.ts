import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'

const SOURCES = ['relay.c', 'lane.c', 'tun.c'].map((name) => join(import.meta.dirname, name))
const HEADERS = ['lane.h', 'tun.h'].map((name) => join(import.meta.dirname, name))
const OUT = join(import.meta.dirname, '..', '..', '..', 'dist', 'link')

/** What a virtual link takes is not here. */
export class NoLinkError extends Error {
  override name = 'NoLinkError'
}

/** What keeps this process from having a link, in words for a person; undefined when nothing does. */
export function whyNoLink(
  around = { uid: process.getuid?.(), tun: canOpen('/dev/net/tun') },
): string | undefined {
  if (process.platform !== 'linux') return 'a virtual link needs Linux'
  if (around.uid !== 0) return 'a virtual link needs root: it makes network devices and a network namespace'
  if (!around.tun)
    return 'a virtual link needs /dev/net/tun (modprobe tun; in a container, hand the device in)'
  return undefined
}

function canOpen(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK)
    return true
  } catch {
    return false // not there, or not ours
  }
}

/** The relay's path; compiled into `folder` when its source has changed. Throws NoLinkError without a C compiler. */
export function buildRelay(compiler = process.env['CC'] ?? 'cc', folder = OUT): string {
  const hash = createHash('sha256')
  for (const path of [...SOURCES, ...HEADERS]) hash.update(readFileSync(path))
  const binary = join(folder, `relay-${hash.digest('hex').slice(0, 16)}`)
  if (existsSync(binary)) return binary
  mkdirSync(folder, { recursive: true })
  // Under a name of its own first: somebody else may be compiling too.
  const fresh = `${binary}.${process.pid}`
  const built = spawnSync(compiler, ['-O2', '-Wall', '-Wextra', '-o', fresh, ...SOURCES, '-lm'], {
    encoding: 'utf8',
  })
  if (built.error) {
    throw new NoLinkError(
      `a virtual link needs a C compiler (Debian: gcc libc6-dev): ${compiler}: ${built.error.message}`,
    )
  }
  if (built.status !== 0) throw new NoLinkError(`the relay does not compile: ${built.stderr}`)
  renameSync(fresh, binary)
  return binary
}
