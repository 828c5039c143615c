import type { Bank, ControlBlock } from '../../../src/shared/ring/control-block.ts'
import type { OutputStage } from './output-stage.ts'

/** A new output that does not play by then is given up; a worklet needs about 0.2 s to know its device. */
const TAKE_OVER_MS = 4000
/** Nothing new for so long: whoever begins now has nothing to play. */
const DRY_MS = 1000

/** What is about to take over from the output that is heard: one at most, which the newest wish replaces. Thread: page. */
export class OutputSuccession {
  readonly #control: ControlBlock
  /** The one that was given longest ago first. */
  #banks: readonly Bank[] = [1, 2, 0]
  #next: { stage: OutputStage; sinceMs: number; done: (error?: Error) => void } | undefined
  #attempt: Promise<void> | undefined
  /** How far the stream has come, and when that moved last. */
  #newest = Number.NaN
  #newestAtMs = 0

  constructor(control: ControlBlock) {
    this.#control = control
  }

  /** What `begin` returned last. */
  get attempt(): Promise<void> | undefined {
    return this.#attempt
  }

  /** What is about to take over. */
  get stage(): OutputStage | undefined {
    return this.#next?.stage
  }

  /** Opens what `make` makes, in a bank that is not `heard`'s; resolves when it can take over, rejects when it is given up. */
  begin(make: (bank: Bank) => OutputStage, heard: OutputStage): Promise<void> {
    this.leave(new Error('another output was wanted'))
    this.#attempt = new Promise((resolve, reject) => {
      const stage = make(this.#freeBank(heard))
      const done = (error?: Error) => (error ? reject(error) : resolve())
      this.#next = { stage, sinceMs: performance.now(), done }
      stage.load().catch((error: unknown) => {
        if (this.#next?.stage === stage) this.leave(new Error(String(error)))
      })
      stage.resume()
    })
    return this.#attempt
  }

  /**
   * What can take over now, once: it is the caller's then. Gives up what can not be opened. Ask at every tick: it sees by that
   * when the stream moved last.
   */
  look(nowMs: number): OutputStage | undefined {
    this.#watch(nowMs)
    if (!this.#next) return undefined
    const { stage, sinceMs, done } = this.#next
    if (this.#canTakeOver(stage, sinceMs, nowMs)) {
      this.#next = undefined
      done()
      return stage
    }
    if (stage.broken || nowMs > sinceMs + TAKE_OVER_MS) {
      this.leave(new Error('the audio device could not be opened'))
    }
    return undefined
  }

  /** Lets go of what was about to take over: it resolves without an error, or rejects with it. */
  leave(error?: Error): void {
    const next = this.#next
    this.#next = undefined
    next?.stage.close()
    next?.done(error)
  }

  #canTakeOver(stage: OutputStage, sinceMs: number, nowMs: number): boolean {
    if (stage.playing) return true
    // Where there is nothing to be heard, a running clock is all that can be waited for.
    const isSilent = this.#control.get('lineSerial') === 0 || this.#isDry(sinceMs, nowMs)
    // Its module comes from the server that may be away: without it there is nothing that could play later.
    return isSilent && stage.loaded && stage.running && stage.context.currentTime > 0
  }

  /** For so long nothing has come that would have been played by a worklet that was there from `fromMs` on: the server is away. */
  #isDry(fromMs: number, nowMs: number): boolean {
    return nowMs - Math.max(fromMs, this.#newestAtMs) > DRY_MS
  }

  #watch(nowMs: number): void {
    const newest = this.#control.get('newestPosition')
    if (newest === this.#newest) return
    this.#newest = newest
    this.#newestAtMs = nowMs
  }

  /** Whoever was given one last may still be fading. */
  #freeBank(heard: OutputStage): Bank {
    const bank = this.#banks.find((one) => one !== heard.bank) as Bank
    this.#banks = [...this.#banks.filter((one) => one !== bank), bank]
    return bank
  }
}
