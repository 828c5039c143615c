import type { ControlBlock } from '../../../src/shared/ring/control-block.ts'
import { trimmed } from './trimmed.ts'

const WINDOW_MS = 10_000
const FEWEST = 10
/** Further off the middle than this are words of shared memory from two callbacks. */
const OUTLIER_MS = 2
/** So many that agree with each other, and are this much off the others, are after the context has stood still. */
const ANEW = 3
const ANEW_MS = 5

/** Local time at which frame 0 of the context that is heard would have left its worklet; NaN while it does not play. */
export function contextZeroMs(control: ControlBlock, rateHz: number): number {
  if (control.get('playing') !== 1) return Number.NaN
  const since = control.get('playPosition') - control.get('contextZeroPosition')
  return control.get('playMs') - (since * 1000) / rateHz
}

/** Which local time a context's clock stands for where it leaves the worklet: a line through the last 10 s. Pure. */
export class LeavingLine {
  #samples: { atMs: number; zeroMs: number }[] = []

  /** Another context is heard. */
  reset(): void {
    this.#samples = []
  }

  /** Ten times a second or so; times local. */
  add(atMs: number, zeroMs: number): void {
    if (!Number.isFinite(zeroMs)) return
    this.#samples.push({ atMs, zeroMs })
    if (this.#hasMoved()) this.#samples = this.#samples.slice(-ANEW)
    while (Math.abs(atMs - (this.#samples[0]?.atMs ?? atMs)) > WINDOW_MS) this.#samples.shift()
  }

  /** Context time, s, of what leaves the worklet at local time `atMs`, not far from now; undefined: not known. */
  contextTimeS(atMs: number): number | undefined {
    const zeroMs = this.#zeroMs(atMs)
    return zeroMs === undefined ? undefined : (atMs - zeroMs) / 1000
  }

  #hasMoved(): boolean {
    const before = this.#samples.slice(0, -ANEW).map(({ zeroMs }) => zeroMs)
    if (before.length === 0) return false
    const after = this.#samples.slice(-ANEW).map(({ zeroMs }) => zeroMs)
    const agree = Math.max(...after) - Math.min(...after) < OUTLIER_MS
    return agree && Math.abs(mean(after) - trimmed(before, 0.25).mean) > ANEW_MS
  }

  #zeroMs(atMs: number): number | undefined {
    if (this.#samples.length < FEWEST) return undefined
    const middle = trimmed(
      this.#samples.map(({ zeroMs }) => zeroMs),
      0.25,
    ).mean
    const good = this.#samples.filter(({ zeroMs }) => Math.abs(zeroMs - middle) < OUTLIER_MS)
    if (good.length < FEWEST) return undefined
    const meanAt = mean(good.map((sample) => sample.atMs))
    const meanZero = mean(good.map(({ zeroMs }) => zeroMs))
    let along = 0
    let square = 0
    for (const sample of good) {
      along += (sample.atMs - meanAt) * (sample.zeroMs - meanZero)
      square += (sample.atMs - meanAt) ** 2
    }
    // Over a second or two the device's own drift is less than what the slope would be off by.
    const slope =
      square > 0 && (this.#samples.at(-1)?.atMs ?? 0) - (good[0]?.atMs ?? 0) > WINDOW_MS / 2
        ? along / square
        : 0
    return meanZero + (atMs - meanAt) * slope
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
