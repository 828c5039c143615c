// Wow and flutter of a recorded tone, weighted as AES6-2008 and IEC 60386 have it: how much a pitch wavers, with the ear's
// own weight on how fast it does so, greatest at 4 Hz. The tone's frequency over time is taken from the phase of its
// product with a carrier.

/** Frequency of the wavering, Hz, and weight relative to 4 Hz, dB: the standards' table. */
export const WEIGHTING: readonly (readonly [hz: number, db: number])[] = [
  [0.2, -30.6],
  [0.315, -19.7],
  [0.4, -15],
  [0.63, -8.4],
  [0.8, -6],
  [1, -4.2],
  [1.6, -1.8],
  [2, -0.9],
  [4, 0],
  [6.3, -0.9],
  [10, -2.1],
  [20, -5.9],
  [40, -10.4],
  [63, -14.2],
  [100, -17.3],
  [200, -23],
]

/** So often the frequency is taken, Hz. */
const TRACK_HZ = 1000

/**
 * How far the frequency of a tone is from `hz`, over time, as a share: one value per ms. What is further than
 * 2000 / `windowMs` Hz from it is not heard.
 */
export function deviation(sound: Float32Array, hz: number, rateHz: number, windowMs = 8): Float64Array {
  const hop = Math.round(rateHz / TRACK_HZ)
  const width = windowMs * hop
  const window = Float64Array.from(
    { length: width },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / width),
  )
  const count = Math.floor((sound.length - width) / hop)
  const phase = new Float64Array(count)
  for (let k = 0; k < count; k++) {
    let re = 0
    let im = 0
    for (let i = 0; i < width; i++) {
      const n = k * hop + i
      const x = (sound[n] as number) * (window[i] as number)
      const angle = (2 * Math.PI * hz * n) / rateHz
      re += x * Math.cos(angle)
      im -= x * Math.sin(angle)
    }
    phase[k] = Math.atan2(im, re)
  }
  const track = new Float64Array(count - 1)
  for (let k = 1; k < count; k++) {
    let turn = (phase[k] as number) - (phase[k - 1] as number)
    turn -= 2 * Math.PI * Math.round(turn / (2 * Math.PI))
    track[k - 1] = hz + (turn * rateHz) / (2 * Math.PI * hop)
  }
  return track.map((f) => f / hz - 1)
}

/** The weight of a wavering of this frequency, as a factor: between the points of the table, straight in log frequency. */
export function weightAt(hz: number): number {
  const x = Math.log(hz)
  for (let i = 1; i < WEIGHTING.length; i++) {
    const [lowHz, lowDb] = WEIGHTING[i - 1] as readonly [number, number]
    const [highHz, highDb] = WEIGHTING[i] as readonly [number, number]
    if (hz > highHz && i < WEIGHTING.length - 1) continue
    const share = (x - Math.log(lowHz)) / (Math.log(highHz) - Math.log(lowHz))
    return 10 ** ((lowDb + share * (highDb - lowDb)) / 20)
  }
  return 0
}

/**
 * Weighted peak flutter (2 σ: the value that 95 % of the time is not exceeded), as a share. `track`: from `deviation`,
 * 5 s or more. The weighting is applied to its spectrum, so that it is the table's and not a filter's.
 */
export function weightedFlutter(track: Float64Array): number {
  const weighted = weigh(track)
  // What lies within half a second of the ends is the spectrum's wrapping around.
  const inner = weighted.subarray(TRACK_HZ / 2, weighted.length - TRACK_HZ / 2)
  const sizes = inner.map(Math.abs).sort()
  return sizes[Math.floor(0.95 * sizes.length)] as number
}

/** A discrete Fourier transform of what lies below 200 Hz, weighted, and back. */
function weigh(track: Float64Array): Float64Array {
  const length = track.length
  const out = new Float64Array(length)
  const highest = Math.floor((200 * length) / TRACK_HZ)
  for (let k = 1; k <= highest; k++) {
    const turn = (2 * Math.PI * k) / length
    let re = 0
    let im = 0
    for (let n = 0; n < length; n++) {
      re += (track[n] as number) * Math.cos(turn * n)
      im -= (track[n] as number) * Math.sin(turn * n)
    }
    const weight = (2 * weightAt((k * TRACK_HZ) / length)) / length
    re *= weight
    im *= weight
    for (let n = 0; n < length; n++)
      out[n] = (out[n] as number) + re * Math.cos(turn * n) - im * Math.sin(turn * n)
  }
  return out
}
