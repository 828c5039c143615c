// Thread: page, no React. The mixer of this console: what is shown of it, and what is sent of what is done to it.
import type { Strip, StripChange } from '../../../src/shared/mix-strips.ts'
import type { MixView } from '../../../src/shared/wire/console-messages.ts'
import type { DeskSnapshot } from '../../desk/desk-link.ts'
import type { Store } from '../parts/use-snapshot.ts'
import { LatestSender } from './latest-sender.ts'
import { refusalWords } from './refusal-words.ts'
import * as hand from './strip-hand.ts'

/** 20 a second: a fader glides, and the capture ramps from one to the next. */
const SEND_MS = 50

export interface MixerSnapshot {
  strips: readonly Strip[]
  presets: readonly string[]
  /** The one that is set, as long as nothing was moved since. */
  preset: string | null
  /** The source mixes itself, nobody has moved anything. */
  isOwn: boolean
  /** What the server would not do, in its words; empty: nothing. */
  refusal: string
}

const NOBODY_SAID: MixerSnapshot = { strips: [], presets: [], preset: null, isOwn: false, refusal: '' }

export interface MixerDeskOptions {
  desk: Store<DeskSnapshot>
  setStrips: (changes: StripChange[]) => Promise<MixView>
}

export class MixerDesk {
  readonly #options: MixerDeskOptions
  readonly #sender: LatestSender<undefined>
  readonly #subscribers = new Set<() => void>()
  #snapshot = NOBODY_SAID
  #hand = hand.NO_STRIPS
  #mix: MixView | undefined
  #leave = () => {}

  constructor(options: MixerDeskOptions) {
    this.#options = options
    this.#sender = new LatestSender({
      everyMs: SEND_MS,
      // As it is when it is sent: what was refused meanwhile is not sent with what was moved since.
      send: () => this.#send(),
    })
  }

  /** For `useSnapshot`. */
  readonly store: Store<MixerSnapshot> = {
    snapshot: () => this.#snapshot,
    subscribe: (subscriber) => {
      this.#subscribers.add(subscriber)
      return () => this.#subscribers.delete(subscriber)
    },
  }

  start(): void {
    const { desk } = this.#options
    const look = () => {
      const { mix } = desk.snapshot()
      if (mix === undefined || mix === this.#mix) return
      this.#mix = mix
      this.hear(mix)
    }
    this.#leave = desk.subscribe(look)
    look()
  }

  stop(): void {
    this.#leave()
  }

  /** The server says how it mixes. */
  hear({ strips, presets, preset, isOwn }: MixView): void {
    this.#hand = hand.heard(this.#hand, strips)
    this.#show({ presets, preset, isOwn })
  }

  readonly change = (index: number, change: StripChange): void => {
    this.#hand = hand.changed(this.#hand, index, change)
    this.#show({ preset: null, isOwn: false })
    this.#sender.offer(undefined)
  }

  /** While it is held here, a strip does not follow other consoles. */
  readonly hold = (index: number, on: boolean): void => {
    this.#hand = hand.holding(this.#hand, index, on)
    this.#show({})
  }

  async #send(): Promise<void> {
    const upTo = this.#hand.changes
    const changes = hand.untold(this.#hand)
    if (changes === undefined) return
    try {
      const { strips, presets, preset, isOwn } = await this.#options.setStrips(changes)
      this.#hand = hand.answered(this.#hand, upTo, strips)
      this.#show({ presets, preset, isOwn, refusal: '' })
    } catch (error) {
      this.#hand = hand.refused(this.#hand, upTo)
      const { preset = null, isOwn = false } = this.#mix ?? {}
      this.#show({ preset, isOwn, refusal: refusalWords(error) })
    }
  }

  #show(change: Partial<MixerSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change, strips: this.#hand.strips }
    for (const subscriber of [...this.#subscribers]) subscriber()
  }
}
