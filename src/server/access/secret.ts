import { randomBytes } from 'node:crypto'
import { chmod, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { KeepingError, keepingFault } from '../keeping-error.ts'
import { readKept, writeKept } from '../kept-file.ts'

const FILE = 'secret'
const BYTES = 32
/** base64url of BYTES. */
const FORM = /^[\w-]{43}$/

/** What invites are signed with. Made in memory; kept in a file from the first invite on, so that links outlive a restart. */
export class Secret {
  readonly value: string
  readonly #folder: string
  #isKept: boolean
  #keeping: Promise<void> | undefined

  private constructor(folder: string, kept: string | undefined) {
    this.#folder = folder
    this.#isKept = kept !== undefined
    this.value = kept ?? randomBytes(BYTES).toString('base64url')
  }

  /** Reads the one that was kept; `warn` is told, without it, when it can not be used. Never rejects. */
  static async open(folder: string, warn: (message: string) => void): Promise<Secret> {
    const path = join(folder, FILE)
    try {
      const text = (await readKept(path))?.trim()
      if (text === undefined) return new Secret(folder, undefined)
      if (FORM.test(text)) {
        if (((await stat(path)).mode & 0o077) !== 0) {
          await chmod(path, 0o600)
          warn(`Others could read ${path}. They can not any more; delete it to end all invites.`)
        }
        return new Secret(folder, text)
      }
      warn(`${path} makes no sense: links from before do not work any more.`)
    } catch (error) {
      warn(
        `${path} can not be used (${(error as NodeJS.ErrnoException).code}): links from before do not work.`,
      )
    }
    return new Secret(folder, undefined)
  }

  /** From now on it is in its file; one write at a time. Rejects with a KeepingError. */
  async keep(): Promise<void> {
    if (this.#isKept) return
    this.#keeping ??= this.#write().finally(() => {
      this.#keeping = undefined
    })
    return this.#keeping
  }

  async #write(): Promise<void> {
    try {
      await writeKept(join(this.#folder, FILE), `${this.value}\n`, { onlyOurs: true })
      this.#isKept = true
    } catch (error) {
      throw new KeepingError(...keepingFault(error as NodeJS.ErrnoException, this.#folder, 'kept'))
    }
  }
}
