// "Pause everybody when one runs low": what a steady group may be set to do. Pure. One of these per steady group.

export interface Held {
  id: number
  /** Of audio, beyond what it plays … */
  heldMs: number
  /** … as it said then, server clock. */
  heardUs: number
}

/** Parts of the group's delay: so little is low, so much is enough. */
const LOW = 0.25
const ENOUGH = 0.6
/** What is said every second is that old when the next comes, and a little more. */
const USUAL_AGE_MS = 1500

export class LowWatch {
  /** Who has had enough since coming: a member that is still filling does not run low. */
  readonly #filled = new Set<number>()
  #pausing = false

  /** It has paused the room, and nobody has had enough since. */
  get pausing(): boolean {
    return this.#pausing
  }

  /** Somebody has started or paused the room: that counts, and what this had done is forgotten. */
  overruled(): void {
    this.#pausing = false
  }

  leave(id: number): void {
    this.#filled.delete(id)
  }

  /** What to do, of those who are waited for: not of those who are set aside. */
  step(members: Iterable<Held>, delayMs: number, nowUs: number): 'pause' | 'play' | undefined {
    let isLow = false
    let isEnough = true
    for (const { id, heldMs, heardUs } of members) {
      // Who says nothing gets nothing either, as far as anybody knows.
      const leftMs = heldMs - Math.max(0, (nowUs - heardUs) / 1000 - USUAL_AGE_MS)
      if (leftMs >= ENOUGH * delayMs) this.#filled.add(id)
      else if (this.#filled.has(id)) {
        isEnough = false
        if (leftMs < LOW * delayMs) isLow = true
      }
    }
    if (!this.#pausing && isLow) {
      this.#pausing = true
      return 'pause'
    }
    if (!this.#pausing || !isEnough) return undefined
    this.#pausing = false
    return 'play'
  }
}
