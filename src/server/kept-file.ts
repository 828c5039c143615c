// What outlives a restart: small files, written as a whole or not at all.
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface KeptOptions {
  /** Nobody else on this computer may read it. */
  onlyOurs?: boolean
}

/** Undefined: there is none. Rejects with what else the system says. */
export async function readKept(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}

/** Makes its folder, too. Resolves once it is on the disk. Rejects with what the system says, and then all is as before. */
export async function writeKept(
  path: string,
  text: string,
  { onlyOurs = false }: KeptOptions = {},
): Promise<void> {
  const draft = `${path}.tmp`
  try {
    await mkdir(dirname(path), { recursive: true })
    // One that a crash left behind may have other rights.
    if (onlyOurs) await rm(draft, { force: true })
    const file = onlyOurs ? await open(draft, 'wx', 0o600) : await open(draft, 'w')
    try {
      await file.writeFile(text)
      // A rename must not overtake the bytes.
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
