import { FLOOR_DB } from './meter-ballistics.ts'

/** How often what is read aloud may change: a screen reader would otherwise never be done with it. */
const EVERY_MS = 2000

/** What a screen reader says of a meter: the highest peak since it changed last. Writes attributes, past React. */
export class LevelWords {
  readonly #meter: HTMLElement
  #peak = 0
  #saidAtMs: number | undefined

  constructor(meter: HTMLElement) {
    this.#meter = meter
  }

  /** `peak` is linear, 1 = full scale. */
  update(peak: number, nowMs: number): void {
    this.#peak = Math.max(this.#peak, peak)
    this.#saidAtMs ??= nowMs
    if (nowMs - this.#saidAtMs < EVERY_MS) return
    this.#saidAtMs = nowMs
    this.#say(this.#peak)
    this.#peak = 0
  }

  silence(): void {
    this.#say(0)
  }

  #say(peak: number): void {
    const db = Math.max(FLOOR_DB, Math.round(20 * Math.log10(peak)))
    this.#meter.setAttribute('aria-valuenow', String(Math.min(0, db)))
    this.#meter.setAttribute('aria-valuetext', db > FLOOR_DB ? `peak ${db} dBFS`.replace('-', '−') : 'silent')
  }
}
