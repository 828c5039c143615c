import { RecentEntries } from '../memory/recent-entries.ts'
import type { Store } from '../memory/store.ts'

export interface OutputDevice {
  /** The browser's id; '' is whatever the system has as its default. */
  id: string
  name: string
}

/** What the page shows of the outputs. */
export interface OutputsSnapshot {
  /** This browser lets a page choose where its sound comes out. */
  supported: boolean
  /** The system's default first. */
  list: OutputDevice[]
  /** What is in use. */
  chosenId: string
  /** The browser keeps names, and with them the choice, back until it is asked (`askForNames`). */
  namesHidden: boolean
  /** What did not go as it was wished, for a person; undefined: nothing. */
  notice: string | undefined
}

/** The part of `navigator.mediaDevices` this needs. */
export type Media = Pick<MediaDevices, 'enumerateDevices' | 'getUserMedia'> & EventTarget

export interface OutputDevicesOptions {
  /** undefined: this browser has no such choice. */
  media: Media | undefined
  store: Store | undefined
  /** What is in use, '' for the default. */
  current: () => string
  /** Moves the sound to another device. Rejects, and stays, when it can not be opened. */
  use: (deviceId: string) => Promise<void>
  onChange: () => void
}

const DEFAULT: OutputDevice = { id: '', name: 'System default' }
/** Chromium's other names of what the system has as its default. */
const ALIASES = ['', 'default', 'communications']
const KEY = 'backline.output'
const CHOSEN = 'chosen'

/**
 * The outputs there are, and which one was chosen; the choice outlives a visit, and a device that comes back is used again.
 * Nothing here rejects: what did not work is said in the snapshot. Thread: page.
 */
export class OutputDevices {
  readonly #options: OutputDevicesOptions
  readonly #memory: RecentEntries<OutputDevice>
  #list: OutputDevice[] = [DEFAULT]
  #namesHidden = false
  #notice: string | undefined
  /** What is to be used when it is there. */
  #wish: OutputDevice
  /** What could not be opened is not tried at every change of the others. */
  #failedId: string | undefined
  /** What it is being moved to; what is in use changes when that is heard. */
  #asked: { id: string } | undefined

  constructor(options: OutputDevicesOptions) {
    this.#options = options
    this.#memory = new RecentEntries(options.store, { key: KEY, most: 1, sane })
    this.#wish = this.#memory.load(CHOSEN) ?? DEFAULT
    if (!this.supported) return
    // For as long as the page lives.
    options.media?.addEventListener('devicechange', () => void this.look())
    void this.look()
  }

  get supported(): boolean {
    return this.#options.media !== undefined
  }

  get list(): readonly OutputDevice[] {
    return this.#list
  }

  get chosenId(): string {
    return this.#options.current()
  }

  snapshot(): OutputsSnapshot {
    return {
      supported: this.supported,
      list: this.#list,
      chosenId: this.chosenId,
      namesHidden: this.#namesHidden,
      notice: this.#notice,
    }
  }

  /** From now on, and remembered; '' for the system's default. */
  async choose(id: string): Promise<void> {
    const device = this.#list.find((known) => known.id === id) ?? DEFAULT
    this.#wish = device
    this.#failedId = undefined
    this.#memory.save(CHOSEN, device)
    await this.#follow()
  }

  /** Browsers tell the names to those who may use the microphone: it is asked for, and let go at once. Needs a click. */
  async askForNames(): Promise<void> {
    try {
      const audio = { echoCancellation: false, autoGainControl: false, noiseSuppression: false }
      const stream = await this.#options.media?.getUserMedia({ audio })
      for (const track of stream?.getTracks() ?? []) track.stop()
    } catch (error) {
      const refused = (error as DOMException).name === 'NotAllowedError'
      this.#say(
        refused
          ? 'The browser shows the outputs only to pages that may use the microphone. Allow it for this page, then try again.'
          : 'No microphone was found. The browser shows the outputs only together with one.',
      )
      return
    }
    await this.look()
  }

  /** Reads the list anew, and uses what was chosen if it is there. */
  async look(): Promise<void> {
    let found: MediaDeviceInfo[]
    try {
      found = (await this.#options.media?.enumerateDevices()) ?? []
    } catch {
      return // The browser does not tell now; what was known stays.
    }
    const outputs = found.filter(({ kind }) => kind === 'audiooutput')
    const named = outputs.filter(({ deviceId }) => !ALIASES.includes(deviceId))
    this.#namesHidden = named.length === 0 && outputs.every(({ label }) => label === '')
    this.#list = [
      DEFAULT,
      ...named.map(({ deviceId, label }, i) => ({ id: deviceId, name: label || `Output ${i + 1}` })),
    ]
    await this.#follow()
  }

  /** Uses what is wished if it is there, the default if not. */
  async #follow(): Promise<void> {
    const wish = this.#wish
    const there = this.#has(wish.id)
    if (!there) this.#failedId = undefined
    if (there && wish.id === this.#failedId && this.#has(this.chosenId)) return
    const id = there && wish.id !== this.#failedId ? wish.id : ''
    if (id !== (this.#asked?.id ?? this.chosenId)) {
      const asked = { id }
      this.#asked = asked
      const isMoved = await this.#options.use(id).then(
        () => true,
        () => false,
      )
      // Asked for another one meanwhile: that is what counts.
      if (this.#asked !== asked) return
      this.#asked = undefined
      if (!isMoved) {
        this.#failedId = id
        this.#say(`“${this.#nameOf(id)}” could not be opened. The sound stays where it was.`)
        return
      }
    }
    if (wish === this.#wish && this.#failedId === undefined)
      this.#say(there ? undefined : absent(wish, this.#namesHidden))
  }

  /** What was in use could not be opened again, and the default took its place. */
  givenUp(): void {
    this.#failedId = this.#wish.id
    this.#say(`“${this.#wish.name}” can not be opened any more. The system's default plays.`)
  }

  #has(id: string): boolean {
    return this.#list.some((known) => known.id === id)
  }

  #nameOf(id: string): string {
    return this.#list.find((known) => known.id === id)?.name ?? DEFAULT.name
  }

  #say(notice: string | undefined): void {
    this.#notice = notice
    this.#options.onChange()
  }
}

/** What this browser has of it; undefined: it has no choice of outputs for live sound. */
export function mediaOf(around: {
  AudioContext?: unknown
  navigator?: { mediaDevices?: unknown } | undefined
}): Media | undefined {
  const context = around.AudioContext as { prototype?: object } | undefined
  const media = around.navigator?.mediaDevices as Partial<Media> | undefined
  const able = typeof context?.prototype === 'object' && 'setSinkId' in context.prototype
  return able && media?.enumerateDevices && media.getUserMedia ? (media as Media) : undefined
}

function absent({ name }: OutputDevice, hidden: boolean): string {
  return hidden
    ? `“${name}”, chosen before, can not be used until the browser shows the outputs. The system's default plays.`
    : `“${name}” is not connected. The system's default plays until it is back.`
}

function sane(stored: unknown): OutputDevice | undefined {
  const { id, name } = (stored ?? {}) as Record<string, unknown>
  return typeof id === 'string' && typeof name === 'string' && id.length <= 256 && name.length <= 256
    ? { id, name }
    : undefined
}
