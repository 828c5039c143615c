// What concealment is compared with: the two methods that everybody has.
import type { Recording } from './notes.ts'

/** Predicts `frames` frames from `at` on, left and right one after the other, from what is before `at`. */
export type Method = (sound: Recording, at: number, frames: number) => Float32Array

const PACKET = 128

/** The last packet again and again. */
export const repeat: Method = (sound, at, frames) => cycle(sound, at, frames, PACKET)

/**
 * The last period again and again: the lag of 2.5–25 ms at which the last 10 ms are most like what was before, by
 * normalised correlation of both channels. Every lag is tried at the full rate.
 */
export const bestLag =
  (rateHz: number): Method =>
  (sound, at, frames) => {
    const template = Math.round(rateHz * 0.01)
    let best = Number.NEGATIVE_INFINITY
    let found = PACKET
    for (let lag = Math.round(rateHz * 0.0025); lag <= rateHz * 0.025; lag++) {
      let product = 0
      let energy = 1e-12
      for (const x of [sound.left, sound.right]) {
        for (let i = at - template; i < at; i++) {
          const old = x[i - lag] as number
          product += (x[i] as number) * old
          energy += old * old
        }
      }
      const likeness = product / Math.sqrt(energy)
      if (likeness > best) [best, found] = [likeness, lag]
    }
    return cycle(sound, at, frames, found)
  }

function cycle(sound: Recording, at: number, frames: number, lag: number): Float32Array {
  return Float32Array.from({ length: frames * 2 }, (_, i) => {
    const x = i < frames ? sound.left : sound.right
    return x[at - lag + ((i % frames) % lag)] as number
  })
}
