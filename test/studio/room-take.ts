// What the members of a room hear of a performance, by the server's clock.
import { type Arrival, arrivals, type HeardChirp, heardChirps, pairSkews } from '../../bench/lib/skew.ts'
import { median, percentile } from '../../bench/lib/statistics.ts'
import { serverNowUs } from './controller.ts'
import { silences } from './listening.ts'
import { instrumentAndAll } from './recorder.ts'
import { chirp, chirps, tone } from './signal.ts'
import { STUDIO_RATE_HZ, type Studio } from './studio.ts'
import { waitUntil } from './wait-until.ts'

/** Longer than any take. */
const PERFORMANCE_S = 40
/** A page may be so far from where its room is … */
const REACH_MS = 120
/** … and what the rig stood still beyond it, as long as a chirp is not taken for its neighbour, half a second away. */
const MOST_REACH_MS = 240

/** A recording of instrument and speakers, asked by server time, µs; good to about 10 ms. */
export class RoomTake {
  /** By how much the recording is shorter than the time it took: the rig's clock stood still, and what is played late by the server's clock is early by the recording's. */
  readonly stoodStillMs: number
  readonly #speakers: readonly Float32Array[]
  readonly #played: readonly Arrival[]
  readonly #heard: readonly Arrival[][]
  readonly #startMs: number

  constructor(channels: readonly Float32Array[], startMonotonicMs: number, endMonotonicMs: number) {
    const [instrument, ...speakers] = channels
    if (!instrument) throw new Error('the recording has no channels')
    const recordedMs = (instrument.length * 1000) / STUDIO_RATE_HZ
    this.stoodStillMs = Math.max(0, endMonotonicMs - startMonotonicMs - recordedMs)
    this.#speakers = speakers
    this.#played = arrivals(instrument, chirp())
    this.#heard = speakers.map((speaker) => arrivals(speaker, chirp()))
    this.#startMs = startMonotonicMs
  }

  /** The chirps each page hears in this time, if about `aboutMs` after they were played. */
  heard(fromUs: number, toUs: number, aboutMs: number): HeardChirp[][] {
    const [from, to] = [this.#frameAt(fromUs), this.#frameAt(toUs)]
    return this.#heard.map((all) => {
      const here = all.filter(({ atFrame }) => atFrame >= from && atFrame < to)
      const found = heardChirps(this.#played, here, STUDIO_RATE_HZ, aboutMs)
      const reachMs = Math.min(MOST_REACH_MS, REACH_MS + this.stoodStillMs)
      return found.filter(({ delayMs }) => Math.abs(delayMs - aboutMs) < reachMs)
    })
  }

  /** Silences of at least `leastMs` in this time, of each page. */
  silences(fromUs: number, toUs: number, leastMs: number): { fromUs: number; toUs: number }[][] {
    const first = Math.max(0, Math.round(this.#frameAt(fromUs)))
    const atUs = (frame: number) => (this.#startMs + ((first + frame) * 1000) / STUDIO_RATE_HZ) * 1000
    return this.#speakers.map((speaker) =>
      silences(speaker.subarray(first, this.#frameAt(toUs)), leastMs, STUDIO_RATE_HZ).map(({ from, to }) => ({
        fromUs: atUs(from),
        toUs: atUs(to),
      })),
    )
  }

  #frameAt(serverUs: number): number {
    return ((serverUs / 1000 - this.#startMs) * STUDIO_RATE_HZ) / 1000
  }
}

/** Records instrument and speakers while the instrument plays chirps over a quiet tone, for as long as `during` takes. */
export async function takeOf(studio: Studio, during: (beganUs: number) => Promise<void>): Promise<RoomTake> {
  const sound = tone(997, PERFORMANCE_S, 0.1)
  chirps(Math.floor(PERFORMANCE_S / 0.62)).forEach((x, i) => {
    if (i < sound.length) sound[i] = (sound[i] as number) + x
  })
  const recording = await studio.record(instrumentAndAll(studio.speakers))
  const playing = await studio.play([sound, sound])
  await during(serverNowUs())
  const endMonotonicMs = serverNowUs() / 1000
  const { channels, startMonotonicMs } = await recording.stop()
  await playing.stop()
  await playing.ended
  return new RoomTake(channels, startMonotonicMs, endMonotonicMs)
}

/** Waits for a server time. */
export async function untilUs(serverUs: number): Promise<void> {
  await waitUntil('its time', () => serverNowUs() >= serverUs, 60_000)
}

/** Middle delay of what a page heard, ms. */
export function delayOf(heard: readonly HeardChirp[]): number {
  return median(heard.map(({ delayMs }) => delayMs))
}

/** How far the first two pages are apart in the better quarter of the chirps they heard, ms. */
export function skewOf(heard: readonly (readonly HeardChirp[])[]): number {
  return percentile(pairSkews(heard)[0]?.series.map(({ skewMs }) => Math.abs(skewMs)) ?? [], 0.25)
}

/** By how much the second page is later than the first, ms. */
export function offsetOf(heard: readonly (readonly HeardChirp[])[]): number {
  return pairSkews(heard)[0]?.offsetMs ?? Number.NaN
}
