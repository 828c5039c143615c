// A device that is opened again and again until it is there: how long each child is to wait for it, and the next one, kept ready.
import type { ChildProcess } from 'node:child_process'
import type { CaptureSettings } from '../../shared/capture-messages.ts'
import { FirstBlockWait } from './first-block.ts'
import { SpareChild } from './spare-child.ts'

/** For one child at a time. Methods are for the main thread; only `drop` waits. */
export class Reopening {
  /** While a device that was opened again has given nothing yet: the next attempt's. */
  readonly #spare: SpareChild
  #wait = new FirstBlockWait()
  #wasInUse = false
  /** When the device was opened that has said nothing yet. */
  #openedAtMs: number | undefined

  /** `entry`: path of the capture child's. */
  constructor(entry: string) {
    this.#spare = new SpareChild(entry)
  }

  /** The next child begins: what it is told. */
  begin(): Pick<CaptureSettings, 'reopening' | 'firstBlockMs'> {
    this.#openedAtMs = undefined
    return { reopening: this.#wasInUse, firstBlockMs: this.#wait.next() }
  }

  /** The child that was kept ready; undefined: there is none. */
  takeChild(): ChildProcess | undefined {
    return this.#spare.take()
  }

  /** The child has opened its device. */
  opened(): void {
    this.#openedAtMs = performance.now()
    if (this.#wasInUse) this.#spare.keep()
    this.#wasInUse = true
  }

  /** Something came from the child. */
  heard(): void {
    if (this.#openedAtMs === undefined) return
    this.#wait.came(performance.now() - this.#openedAtMs)
    this.#openedAtMs = undefined
    void this.drop()
  }

  /** The child is gone. */
  ended(): void {
    if (this.#openedAtMs !== undefined) this.#wait.didNotCome()
  }

  /** Something else is to be played: nothing is known of it. */
  forget(): void {
    this.#wasInUse = false
    this.#wait = new FirstBlockWait()
  }

  /** Nothing is kept ready any more. Resolves when it is gone. */
  drop(): Promise<void> {
    return this.#spare.drop()
  }
}
