// The mix as people set it: strips and presets. What it comes to goes to the capture child.
import type { GainMatrix, SourceInfo } from '../../shared/capture-messages.ts'
import {
  fitted,
  fittedGains,
  gainsOf,
  OFF_DB,
  type Strip,
  type StripChange,
  stripsOf,
} from '../../shared/mix-strips.ts'
import type { MixView } from '../../shared/wire/console-messages.ts'
import type { CaptureSupervisor } from '../capture-supervisor.ts'
import type { PresetStore } from './preset-store.ts'

/** What the child does with one input, until it is told otherwise. */
const ONE_TO_BOTH = [[1], [1]]
const SILENT: Strip = { gainDb: OFF_DB, pan: 0, mute: false, solo: false }

/** Not a mix of this source's channels; the message is for a person. */
export class MixError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'MixError'
  }
}

type InputKind = SourceInfo['input']
type Source = Pick<CaptureSupervisor, 'gains' | 'mixIsOwn' | 'setGains' | 'forgetGains' | 'settings' | 'on'>

export class MixDesk {
  readonly #source: Source
  readonly #presets: PresetStore
  #channels: number
  /** As many as any source had channels; undefined: nobody has set anything. */
  #strips: readonly Strip[] | undefined
  /** Set as they are, and not by strips. */
  #exact: GainMatrix | undefined
  /** The strips began as the mix of the source's own: they mean its channels and no other's. */
  #areTheSources = false
  #input: InputKind | undefined
  #preset: string | null = null
  #revision = 0

  constructor(source: Source, presets: PresetStore) {
    this.#source = source
    this.#presets = presets
    this.#channels = source.settings.channels
    source.on('ready', ({ channels, input }) => this.#follow(channels, input))
  }

  /** Grows with every change of what `view` says. */
  get revision(): number {
    return this.#revision
  }

  get channels(): number {
    return this.#channels
  }

  view(): MixView {
    const gains = this.#isPlain ? ONE_TO_BOTH : fittedGains(this.#source.gains, this.#channels)
    return {
      strips: this.#strips === undefined ? stripsOf(gains) : this.#visible(this.#strips),
      gains,
      isOwn: this.#source.mixIsOwn,
      presets: this.#presets.names,
      preset: this.#preset,
    }
  }

  /** One per channel of the source, `{}`: that strip stays as it is. Throws MixError. */
  setStrips(changes: readonly StripChange[]): void {
    if (changes.length !== this.#channels)
      throw new MixError(`The mix has ${this.#channels} strips, one per channel.`)
    if (changes.every((change) => Object.keys(change).length === 0)) return
    const are = this.view().strips
    const strips = are.map((strip, i) => ({ ...strip, ...changes[i] }))
    // A console that says again what is set does not leave the preset.
    const isSame = JSON.stringify(strips) === JSON.stringify(are)
    const areTheSources = this.#strips === undefined ? this.#source.mixIsOwn : this.#areTheSources
    this.#set([...strips, ...(this.#strips ?? []).slice(this.#channels)], isSame ? this.#preset : null)
    this.#areTheSources = areTheSources
  }

  /** Two rows of one gain per channel. Throws MixError. */
  setGains(gains: GainMatrix): void {
    if (gains.some((row) => row.length !== this.#channels))
      throw new MixError(`Each of the two rows has ${this.#channels} gains, one per channel.`)
    this.#set([...stripsOf(gains), ...(this.#strips ?? []).slice(this.#channels)], null, gains)
  }

  /** What is set now. Throws PresetError. */
  async save(name: string): Promise<void> {
    const set = this.#strips
    await this.#presets.put(name, set ?? this.view().strips)
    // A disk takes its time: what was moved meanwhile is not what was saved.
    if (this.#strips === set) this.#preset = name
    else if (this.#preset === name) this.#preset = null
    this.#revision++
  }

  /** False: there is no such preset. */
  load(name: string): boolean {
    const strips = this.#presets.get(name)
    if (strips === undefined) return false
    this.#set(strips, name)
    return true
  }

  /** False: there is no such preset. Throws PresetError. What is heard stays. */
  async delete(name: string): Promise<boolean> {
    if (this.#presets.get(name) === undefined) return false
    await this.#presets.delete(name)
    if (this.#preset === name) this.#preset = null
    this.#revision++
    return true
  }

  /** Nobody has set anything, and one input goes to both sides. */
  get #isPlain(): boolean {
    return this.#strips === undefined && this.#channels === 1
  }

  #set(strips: readonly Strip[], preset: string | null, exact?: GainMatrix): void {
    this.#strips = strips
    this.#exact = exact
    this.#areTheSources = false
    this.#preset = preset
    this.#apply(strips)
  }

  /** A source has begun: other channels, or a mix of its own that somebody has replaced long since. */
  #follow(channels: number, input: InputKind): void {
    const isOther = channels !== this.#channels
    const wasInput = this.#input
    this.#channels = channels
    this.#input = input
    this.#revision++
    if (this.#areTheSources && wasInput !== input) this.#forget()
    if (isOther) this.#exact = undefined
    const startsOtherwise = isOther || channels === 1 || this.#source.mixIsOwn
    if (this.#strips !== undefined && startsOtherwise) this.#apply(this.#strips)
  }

  /** The faders of a demo band are nothing for the instrument that is connected after it. */
  #forget(): void {
    this.#strips = undefined
    this.#exact = undefined
    this.#areTheSources = false
    this.#preset = null
    this.#source.forgetGains()
  }

  #apply(strips: readonly Strip[]): void {
    this.#revision++
    this.#source.setGains(this.#exact ?? gainsOf(this.#visible(strips)))
  }

  /** A solo on a channel that is not there silences nothing. */
  #visible(strips: readonly Strip[]): Strip[] {
    return fitted(strips, this.#channels, SILENT)
  }
}
