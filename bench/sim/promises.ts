// What the playout promises whatever happens, checked at every callback.
import type { Heard } from './trial.ts'

/** Delay may be this much above the target, for so long. */
const FAR_MS = 100
const FAR_FOR_MS = 2000
const LIMIT_PPM = 3000
const STEADY_PPM = 1000
/** Beyond this smoothed error the rate may go to its outer limit, and has so long to come back from it. */
const SMALL_ERROR_MS = 10
const BACK_FOR_MS = 2500
/** Outside a gap the target moves by no more than this. */
const TARGET_MS_PER_S = 1
/** The audio thread's clock counts whole milliseconds; callbacks it can not tell apart are decided on together. */
const CLOCK_MS = 2
const TOGETHER_MS = 8
const LOUDER = 10 ** (1 / 20)
/** Sound that is there may be faded, but not away: of the peak, over a callback of sound. */
const SILENT = 0.02

export class Promises {
  /** Those that were broken, and when first. */
  readonly broken: string[] = []
  readonly #peak: number
  readonly #before = {
    atMs: Number.NaN,
    playing: false,
    targetMs: Number.NaN,
    position: Number.NaN,
    episodes: 0,
    concealedFrames: 0,
    resyncs: 0,
    missed: true,
    there: false,
  }
  #movedMs = Number.NEGATIVE_INFINITY
  #farSinceMs = Number.NaN
  #smallSinceMs = Number.NaN

  /** `peak`: of the sound that is played, 0 if none is. */
  constructor(peak = 0) {
    this.#peak = peak
  }

  look(heard: Heard): void {
    const before = this.#before
    const { atMs, playing, targetMs, position, episodes, concealedFrames, resyncs } = heard
    const missed = concealedFrames > before.concealedFrames
    this.#counters(heard, missed)
    this.#rate(heard)
    if (this.#peak > 0) this.#sound(heard)
    if (playing) {
      this.#far(heard)
      this.#expect(
        targetMs >= heard.burstMs - 1e-9,
        heard,
        `target ${targetMs} below the burst ${heard.burstMs}`,
      )
      if (before.playing) {
        const jumped = resyncs > before.resyncs
        if (!jumped && !before.missed)
          this.#expect(position >= before.position, heard, `went back by ${before.position - position}`)
        if (!before.missed) {
          const sinceMs = Math.max(atMs - before.atMs, Math.min(atMs - this.#movedMs, TOGETHER_MS))
          const most = (TARGET_MS_PER_S * (sinceMs + CLOCK_MS)) / 1000 + 1e-6
          const moved = Math.abs(targetMs - before.targetMs)
          this.#expect(moved <= most, heard, `target moved by ${moved} to ${targetMs}`)
        }
      }
    }
    if (targetMs !== before.targetMs) this.#movedMs = atMs
    Object.assign(before, { atMs, playing, targetMs, position, episodes, concealedFrames, resyncs, missed })
    before.there = heard.there
  }

  #counters(heard: Heard, missed: boolean): void {
    const { episodes, concealedFrames, resyncs } = heard
    const before = this.#before
    this.#expect(episodes >= before.episodes && episodes <= before.episodes + 64, heard, 'episodes')
    this.#expect(concealedFrames >= before.concealedFrames, heard, 'concealed frames went back')
    this.#expect(episodes === before.episodes || missed, heard, 'an episode without a frame')
    this.#expect(concealedFrames === 0 || episodes > 0, heard, 'concealed frames without an episode')
    this.#expect(resyncs >= before.resyncs && resyncs <= before.resyncs + 1, heard, 'resyncs')
  }

  #rate(heard: Heard): void {
    const { atMs, playing, ppm, smoothDelayMs, targetMs } = heard
    this.#expect(Math.abs(ppm) <= LIMIT_PPM + 1e-6, heard, `${ppm} ppm`)
    if (!playing) return
    if (!(Math.abs(smoothDelayMs - targetMs) <= SMALL_ERROR_MS)) this.#smallSinceMs = Number.NaN
    else if (Number.isNaN(this.#smallSinceMs)) this.#smallSinceMs = atMs
    else if (atMs - this.#smallSinceMs > BACK_FOR_MS)
      this.#expect(Math.abs(ppm) <= STEADY_PPM + 1e-6, heard, `${ppm} ppm for a small error`)
  }

  #far(heard: Heard): void {
    const { atMs, delayMs, targetMs } = heard
    if (!(delayMs > targetMs + FAR_MS)) this.#farSinceMs = Number.NaN
    else if (Number.isNaN(this.#farSinceMs)) this.#farSinceMs = atMs
    else this.#expect(atMs - this.#farSinceMs <= FAR_FOR_MS, heard, `delay ${delayMs}, target ${targetMs}`)
  }

  #sound(heard: Heard): void {
    let peak = 0
    for (let i = 0; i < heard.frames; i++) {
      const x = Math.abs(heard.out[i] as number)
      if (!(x <= peak)) peak = x
    }
    this.#expect(peak <= this.#peak * LOUDER, heard, `peak ${peak}`)
    const before = this.#before
    const settled = heard.there && before.there && heard.resyncs === before.resyncs
    if (settled) this.#expect(peak > this.#peak * SILENT, heard, `silent, ${peak}`)
  }

  #expect(holds: boolean, { atMs }: Heard, what: string): void {
    if (!holds && this.broken.length < 3) this.broken.push(`${Math.round(atMs)} ms: ${what}`)
  }
}
