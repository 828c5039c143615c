// Predicts sound from itself: x[n] = Σ gain · x[n − lag], with the lags at which it was heard before. One lag continues
// one note; a dozen, weighted by least squares, continue a chord, whose notes share no period. Each lag comes with its
// two neighbours, which together make it a fraction of a frame. Both channels have the same lags and gains, so
// the stereo image stays. Nothing but the constructor allocates.
import { LagSearch, MOST_LAGS } from './lag-search.ts'
import { productBlock, productsWith, solveInPlace } from './least-squares.ts'

const FIT_MS = 20
/**
 * Rows of each channel; those of the right lie between those of the left. Every twelfth frame at 48 kHz is within
 * 0.1 dB of every sixth, and that of all of them (bench conceal).
 */
const ROW_HZ = 4000
/** Added to the diagonal, as a share of it: what is like noise is not fitted. */
const RIDGE = 3e-4
const MOST_TAPS = 3 * MOST_LAGS

export class LagPredictor {
  /** `count` taps hold after `fit`. */
  readonly lags = new Int32Array(MOST_TAPS)
  readonly gains = new Float64Array(MOST_TAPS)
  count = 0
  /** How much of the sound the taps explain, as a correlation: 1 all of it, 0 none. */
  correlation = 0
  /** Frames before the end that `fit` looks at. */
  readonly reachFrames: number
  /** Shortest lag a tap can have: so many frames can be predicted at once. */
  readonly shortestFrames: number

  readonly #search: LagSearch
  readonly #step: number
  readonly #rows: number
  /** One column per tap and one for the target: rows of the left channel, then of the right. */
  readonly #columns: Float64Array
  readonly #matrix = new Float64Array(MOST_TAPS * MOST_TAPS)
  /** Products of the taps with the target, then of the target with itself. */
  readonly #vector = new Float64Array(MOST_TAPS + 1)

  constructor(rateHz: number) {
    this.#search = new LagSearch(rateHz)
    this.#step = Math.max(1, Math.round(rateHz / ROW_HZ))
    this.#rows = Math.round((rateHz * FIT_MS) / 1000 / this.#step)
    this.#columns = new Float64Array((MOST_TAPS + 1) * this.#rows * 2)
    this.shortestFrames = this.#search.shortestFrames - 1
    this.reachFrames = Math.max(
      this.#search.reachFrames,
      this.#search.longestFrames + 1 + (this.#rows + 1) * this.#step,
    )
  }

  /**
   * Learns lags, gains and correlation from the sound that ends before `end`; both arrays hold `reachFrames` before it.
   */
  fit(left: Float32Array, right: Float32Array, end: number): void {
    this.#search.find(left, right, end)
    this.#takeTaps()
    const taps = this.count
    const size = this.#rows * 2
    const target = taps * size
    for (let t = 0; t < taps; t++) this.#gather(left, right, end - (this.lags[t] as number), t * size)
    this.#gather(left, right, end, target)

    const columns = this.#columns
    productsWith(columns, target, taps + 1, size, this.#vector)
    const energy = this.#vector[taps] as number
    for (let i = 0; i < taps; i += 3) {
      for (let j = 0; j <= i; j += 3) {
        productBlock(columns, i * size, j * size, size, this.#matrix, i, j, MOST_TAPS)
      }
    }
    for (let i = 0; i < taps; i++) {
      const own = i * (MOST_TAPS + 1)
      this.#matrix[own] = (this.#matrix[own] as number) * (1 + RIDGE) + energy * 1e-9 + 1e-12
      this.gains[i] = this.#vector[i] as number
    }
    solveInPlace(this.#matrix, this.gains, taps, MOST_TAPS)
    let explained = 0
    for (let i = 0; i < taps; i++) explained += (this.gains[i] as number) * (this.#vector[i] as number)
    // So many taps explain some of anything: what they would of noise does not count.
    const share = 1 - (1 - explained / energy) * (size / (size - taps))
    // Silence, or what no arithmetic can help, is continued with nothing.
    const sound = Number.isFinite(share)
    this.correlation = sound ? Math.sqrt(Math.max(0, share)) : 0
    if (!sound) this.count = 0
  }

  /** Each lag found with its neighbours, three taps; one that would share a tap with a better one is left out. */
  #takeTaps(): void {
    const { lags, count } = this.#search
    let taps = 0
    for (let i = 0; i < count; i++) {
      const lag = lags[i] as number
      let apart = true
      for (let t = 1; t < taps; t += 3) apart &&= Math.abs((this.lags[t] as number) - lag) > 2
      if (!apart) continue
      this.lags[taps++] = lag - 1
      this.lags[taps++] = lag
      this.lags[taps++] = lag + 1
    }
    this.count = taps
  }

  #gather(left: Float32Array, right: Float32Array, end: number, to: number): void {
    const rows = this.#rows
    const step = this.#step
    const columns = this.#columns
    const between = step >> 1
    for (let row = 0, at = end - 1; row < rows; row++, at -= step) {
      columns[to + row] = left[at] as number
      columns[to + rows + row] = right[at - between] as number
    }
  }
}
