// Mixes that were saved under a name: one small file, written as a whole or not at all.
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { MOST_DB, OFF_DB, type Strip } from '../../shared/mix-strips.ts'
import { KeepingError, keepingFault } from '../keeping-error.ts'
import { readKept, writeKept } from '../kept-file.ts'

const FILE = 'mix-presets.json'
const MOST_PRESETS = 100
const MOST_CHANNELS = 32

/** What was to be saved is not; the message is for a person. */
export class PresetError extends KeepingError {
  override readonly name = 'PresetError'
}

interface Preset {
  name: string
  strips: Strip[]
}

/** Opened once, before the first request. Nothing here blocks the loop. */
export class PresetStore {
  readonly #folder: string
  #presets: ReadonlyMap<string, readonly Strip[]> = new Map()
  /** A file that is neither understood nor set aside: nothing is written over it. */
  #inTheWay: string | undefined
  /** Writes go one after the other. */
  #writing: Promise<unknown> = Promise.resolve()

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** Reads what there is. A file that makes no sense is set aside and `warn` is told. */
  static async open(folder: string, warn: (message: string) => void): Promise<PresetStore> {
    const store = new PresetStore(folder)
    await store.#read(warn)
    return store
  }

  /** In the order of the alphabet. */
  get names(): string[] {
    return [...this.#presets.keys()].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  }

  get(name: string): readonly Strip[] | undefined {
    return this.#presets.get(name)
  }

  /** Saves, also over one of the same name. Throws PresetError, and then all is as before. */
  put(name: string, strips: readonly Strip[]): Promise<void> {
    return this.#change((presets) => {
      if (presets.size >= MOST_PRESETS && !presets.has(name))
        throw new PresetError(
          'presets-full',
          `There are ${MOST_PRESETS} presets already. Delete one of them first.`,
        )
      presets.set(name, strips)
    })
  }

  /** Throws PresetError, and then all is as before. */
  delete(name: string): Promise<void> {
    return this.#change((presets) => void presets.delete(name))
  }

  #change(edit: (presets: Map<string, readonly Strip[]>) => void): Promise<void> {
    const changed = this.#writing.then(async () => {
      const presets = new Map(this.#presets)
      edit(presets)
      await this.#write(presets)
      this.#presets = presets
    })
    this.#writing = changed.catch(() => {}) // whoever asked is told; the next one is not
    return changed
  }

  async #read(warn: (message: string) => void): Promise<void> {
    const path = join(this.#folder, FILE)
    let why: string
    try {
      const text = await readKept(path)
      if (text === undefined) return
      const presets = parsed(text)
      if (presets !== undefined) {
        this.#presets = presets
        return
      }
      why = 'makes no sense'
    } catch (error) {
      why = `can not be read (${(error as NodeJS.ErrnoException).code})`
    }
    const aside = `${path}.${Date.now()}.broken`
    try {
      await rename(path, aside)
      warn(`The presets of the mix are not there: ${path} ${why}. It was kept as ${aside}.`)
    } catch (error) {
      this.#inTheWay = path
      const { code } = error as NodeJS.ErrnoException
      warn(
        `The presets of the mix are not there: ${path} ${why}, and can not be set aside (${code}). None are saved.`,
      )
    }
  }

  async #write(presets: ReadonlyMap<string, readonly Strip[]>): Promise<void> {
    if (this.#inTheWay !== undefined)
      throw new PresetError(
        'not-writable',
        `${this.#inTheWay} is broken. Move it away and start Backline again.`,
      )
    const all = [...presets].map(([name, strips]) => ({ name, strips }))
    try {
      const text = JSON.stringify({ version: 1, presets: all }, null, 1)
      await writeKept(join(this.#folder, FILE), `${text}\n`)
    } catch (error) {
      throw new PresetError(...keepingFault(error as NodeJS.ErrnoException, this.#folder, 'saved'))
    }
  }
}

/** Undefined: not the file that was once written. */
function parsed(text: string): Map<string, readonly Strip[]> | undefined {
  try {
    const { presets } = JSON.parse(text)
    if (!Array.isArray(presets) || presets.length > MOST_PRESETS || !presets.every(isPreset)) return undefined
    return new Map(presets.map(({ name, strips }) => [name, strips]))
  } catch {
    return undefined // not JSON, or null: the caller sets it aside
  }
}

function isPreset(value: unknown): value is Preset {
  const { name, strips } = (value ?? {}) as Partial<Preset>
  return (
    typeof name === 'string' &&
    Array.isArray(strips) &&
    strips.length <= MOST_CHANNELS &&
    strips.every(isStrip)
  )
}

function isStrip(value: unknown): value is Strip {
  const { gainDb, pan, mute, solo } = (value ?? {}) as Partial<Strip>
  return (
    isWithin(gainDb, OFF_DB, MOST_DB) &&
    isWithin(pan, -1, 1) &&
    typeof mute === 'boolean' &&
    typeof solo === 'boolean'
  )
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most
}
