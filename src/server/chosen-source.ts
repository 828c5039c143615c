// What somebody chose on the console to be played: it outlives a restart, until somebody says otherwise there or in the settings.
import { join } from 'node:path'
import { CAPTURE_KINDS, type SourceSettings } from '../shared/capture-messages.ts'
import { keepingFault } from './keeping-error.ts'
import { readKept, writeKept } from './kept-file.ts'

const FILE = 'source.json'

type Source = Pick<SourceSettings, 'capture' | 'device'>

/** Opened once, before the capture starts. Nothing here rejects or blocks: a source that is not kept plays all the same. */
export class ChosenSource {
  readonly #folder: string
  readonly #settings: SourceSettings
  readonly #warn: (message: string) => void
  #chosen: Source
  /** Writes go one after the other. */
  #writing: Promise<void> = Promise.resolve()

  private constructor(folder: string, settings: SourceSettings, warn: (message: string) => void) {
    this.#folder = folder
    this.#settings = settings
    this.#warn = warn
    this.#chosen = sourceOf(settings)
  }

  /** `settings`: what the server was started with. What was chosen over other settings than those counts no more. */
  static async open(
    folder: string,
    settings: SourceSettings,
    warn: (message: string) => void,
  ): Promise<ChosenSource> {
    const source = new ChosenSource(folder, settings, warn)
    await source.#read()
    return source
  }

  /** What is to play instead of what the settings say; undefined: that is what they say. */
  get wish(): Partial<Source> | undefined {
    const { capture, device } = this.#chosen
    const isOther = capture !== this.#settings.capture
    if (device === this.#settings.device) return isOther ? { capture } : undefined
    return isOther ? { capture, device } : { device }
  }

  /** Resolves once it is on the disk, or `warn` has been told why not. */
  keep(chosen: Source): Promise<void> {
    const { capture, device } = chosen
    if (capture === this.#chosen.capture && device === this.#chosen.device) return this.#writing
    this.#chosen = { capture, device }
    this.#writing = this.#writing.then(() => this.#write({ capture, device }))
    return this.#writing
  }

  async #read(): Promise<void> {
    const path = join(this.#folder, FILE)
    try {
      const text = await readKept(path)
      if (text === undefined) return
      const { over, chosen } = JSON.parse(text)
      if (!isSource(over) || !isSource(chosen)) throw new SyntaxError('no source')
      const { capture, device, command } = this.#settings
      const isOver = over.capture === capture && over.device === device
      if (isOver && !(chosen.capture === 'command' && command === '')) this.#chosen = sourceOf(chosen)
    } catch (error) {
      const why = error instanceof SyntaxError ? 'makes no sense' : 'can not be read'
      this.#warn(`What was chosen to be played is not known: ${path} ${why}. The settings say what plays.`)
    }
  }

  async #write(chosen: Source): Promise<void> {
    try {
      const text = JSON.stringify({ version: 1, over: sourceOf(this.#settings), chosen }, null, 1)
      await writeKept(join(this.#folder, FILE), `${text}\n`)
    } catch (error) {
      const [, words] = keepingFault(error as NodeJS.ErrnoException, this.#folder, 'saved')
      this.#warn(`What was chosen to be played is forgotten at the next start. ${words}`)
    }
  }
}

function sourceOf({ capture, device }: Source): Source {
  return { capture, device }
}

function isSource(value: unknown): value is Source {
  const { capture, device } = (value ?? {}) as Partial<Source>
  return CAPTURE_KINDS.some((known) => known === capture) && typeof device === 'string' && device !== ''
}
