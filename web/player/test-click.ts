import type { Sound } from './output/output-stage.ts'

const CLICK_HZ = 2000
const CLICK_MS = 6
const DECAY_MS = 1.2
const LOUD = 0.5
const LOOK_MS = 200
/** Browsers let a page that is not looked at have one timer call a second: scheduled so far ahead. */
const AHEAD_MS = 2300
/** A click that would be scheduled later than this before it sounds is left out. */
const LEAST_AHEAD_MS = 60

export interface TestClickOptions {
  /** Server clock, ms; undefined: not known. */
  serverMs: () => number | undefined
  /** Context time, s, of what is heard at server time `serverMs`; undefined: not known. */
  heardAtS: (serverMs: number) => number | undefined
  play: (sound: Sound, atS: number) => () => void
}

/**
 * A click at every whole second of server time, placed by the synced clock, the output's lead and its trim: two
 * devices side by side click as one, or are trimmed until they do. Thread: page.
 */
export class TestClick {
  readonly #options: TestClickOptions
  #timer: ReturnType<typeof setInterval> | undefined
  #lastS = 0
  #stops: (() => void)[] = []

  constructor(options: TestClickOptions) {
    this.#options = options
  }

  get on(): boolean {
    return this.#timer !== undefined
  }

  set(on: boolean): void {
    if (on === this.on) return
    if (on) {
      this.#lastS = 0
      this.#timer = setInterval(this.look, LOOK_MS)
      this.look()
      return
    }
    clearInterval(this.#timer)
    this.#timer = undefined
    this.again()
  }

  /** What is scheduled would come at the wrong time, or on another output: placed anew. */
  again(): void {
    for (const stop of this.#stops) stop()
    this.#stops = []
    this.#lastS = 0
  }

  readonly look = (): void => {
    const serverMs = this.#options.serverMs()
    if (serverMs === undefined) return
    const firstS = Math.ceil((serverMs + LEAST_AHEAD_MS) / 1000)
    // A server that began anew counts from the beginning.
    if (this.#lastS > (serverMs + AHEAD_MS) / 1000) this.#lastS = 0
    for (let second = Math.max(firstS, this.#lastS + 1); second * 1000 < serverMs + AHEAD_MS; second++) {
      const atS = this.#options.heardAtS(second * 1000)
      if (atS === undefined) return
      this.#lastS = second
      this.#stops = [...this.#stops.slice(-2), this.#options.play(clickSound, atS)]
    }
  }
}

/** Begins at its loudest: an ear compares beginnings. */
export function clickSound(rateHz: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: Math.round((CLICK_MS * rateHz) / 1000) }, (_, i) => {
    const ms = (i * 1000) / rateHz
    return LOUD * Math.exp(-ms / DECAY_MS) * Math.cos((2 * Math.PI * CLICK_HZ * ms) / 1000)
  })
}
