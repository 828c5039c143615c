// A disk of a few KiB that only one server sees: it goes with the server, and nobody has to unmount it.
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const SIZE = '64k'

/** What to start a server with, so that `folder`, which has to exist, is a small disk to it. Linux, as root or where users may have namespaces. */
export function onSmallDisk(folder: string): string[] {
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  const mount = `mount -t tmpfs -o size=${SIZE} tmpfs "$0" && exec "$@"`
  return ['unshare', ...asRoot, '--mount', 'sh', '-c', mount, folder]
}

/** Fills the small disk at `folder` of the server `pid`; what it gives back makes room again. Throws when there is no end to it. */
export function fillDisk(pid: number, folder: string): () => void {
  const path = join(`/proc/${pid}/root`, folder, 'filler')
  const file = openSync(path, 'w')
  const block = Buffer.alloc(1024, 1)
  try {
    for (let blocks = 0; blocks < 1024; blocks++) writeSync(file, block)
    throw new Error('the disk is not small')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    closeSync(file)
  }
  return () => rmSync(path)
}
