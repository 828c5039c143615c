// Files that only this user may read, written as a whole or not at all.
import { open, readFile, rename, rm } from 'node:fs/promises'

const ONLY_OURS = 0o600

/** Undefined: there is none. Rejects with what else the system says. */
export async function readPrivate(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}

/** Resolves once it is on the disk. Rejects with what the system says, and then all is as before. */
export async function writePrivate(path: string, text: string): Promise<void> {
  const draft = `${path}.tmp`
  try {
    // One that a crash left behind may have other rights.
    await rm(draft, { force: true })
    const file = await open(draft, 'wx', ONLY_OURS)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {}) // it may never have been there
    throw error
  }
}
