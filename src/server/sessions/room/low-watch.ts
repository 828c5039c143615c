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
/** Of the time in which one has enough, so much is put to what it may be waited for; once spent, it has to have half of that again. */
const GIVEN_BACK = 0.1
const AGAIN = 0.5
/** Between two looks, at most: a server that stood still has waited for nobody. */
const MOST_STEP_US = 1e6
/** Until a page has heard of another stream or delay, and says what it holds of that. */
const HEARD_OF_US = 2e6

export class LowWatch {
  readonly #patienceUs: number
  /** Who has had enough since coming: a member that is still filling does not run low. */
  readonly #filled = new Set<number>()
  /** For how long each has been waited for, less what it was given back, µs; and whose patience is spent. */
  readonly #waitedUs = new Map<number, number>()
  readonly #spent = new Set<number>()
  #lookedUs = Number.NaN
  /** When it paused the room; NaN: it has not, or somebody has decided since. */
  #pausedUs = Number.NaN
  /** What was said before is of another stream, or of another delay. */
  #saidFromUs = Number.NEGATIVE_INFINITY

  /** A pause lasts no longer than `patienceMs`, whatever anybody says, and so do all pauses for the same one, one after the other. */
  constructor(patienceMs = 30_000) {
    this.#patienceUs = patienceMs * 1000
  }

  /** It has paused the room, and neither gone on nor been overruled since. */
  get pausing(): boolean {
    return !Number.isNaN(this.#pausedUs)
  }

  /** Somebody has started or paused the room: that counts, and what this had done is forgotten. */
  overruled(): void {
    this.#pausedUs = Number.NaN
  }

  /** A stream begins. The room is live, so it is not paused any more either. */
  begin(nowUs: number): void {
    this.overruled()
    this.refill(nowUs)
  }

  /** The delay is another from one moment to the next: nobody has had enough of it yet, nor is waited for. */
  refill(nowUs: number): void {
    this.#filled.clear()
    this.#saidFromUs = nowUs + HEARD_OF_US
  }

  leave(id: number): void {
    this.#filled.delete(id)
    this.#waitedUs.delete(id)
    this.#spent.delete(id)
  }

  /** It is not wanted any more: what it has paused goes on. */
  stop(): 'play' | undefined {
    if (!this.pausing) return undefined
    this.overruled()
    return 'play'
  }

  /** What to do, of those who are waited for: not of those who are set aside. */
  step(members: Iterable<Held>, delayMs: number, nowUs: number): 'pause' | 'play' | undefined {
    // Who has been waited for in vain is not waited for again until it has had enough, for long.
    const isTooLong = nowUs - this.#pausedUs >= this.#patienceUs
    const sinceUs = Math.min(MOST_STEP_US, Math.max(0, nowUs - this.#lookedUs)) || 0
    this.#lookedUs = nowUs
    let isLow = false
    let isEnough = true
    for (const { id, heldMs, heardUs } of members) {
      if (heardUs < this.#saidFromUs) continue
      // Who says nothing gets nothing either, as far as anybody knows.
      const leftMs = heldMs - Math.max(0, (nowUs - heardUs) / 1000 - USUAL_AGE_MS)
      if (leftMs >= ENOUGH * delayMs) {
        this.#filled.add(id)
        this.#wait(id, -GIVEN_BACK * sinceUs)
      } else if (isTooLong || this.#spent.has(id)) {
        if (isTooLong && this.#filled.has(id)) this.#wait(id, this.#patienceUs)
        this.#filled.delete(id)
      } else if (this.#filled.has(id)) {
        if (this.pausing) this.#wait(id, sinceUs)
        isEnough = false
        if (leftMs < LOW * delayMs) isLow = true
      }
    }
    if (!this.pausing && isLow) {
      this.#pausedUs = nowUs
      return 'pause'
    }
    return isEnough ? this.stop() : undefined
  }

  #wait(id: number, us: number): void {
    const waitedUs = Math.min(this.#patienceUs, Math.max(0, (this.#waitedUs.get(id) ?? 0) + us))
    this.#waitedUs.set(id, waitedUs)
    if (waitedUs >= this.#patienceUs) this.#spent.add(id)
    else if (waitedUs <= AGAIN * this.#patienceUs) this.#spent.delete(id)
  }
}
