// The sound that is sent through the running path to be found again at its end: 12 ms of a rising tone, −40 dBFS. Pure.
//
// 4 to 12 kHz: music has little there and Opus keeps it, and its correlation with itself is one narrow peak. In the demo
// band at −24 dBFS it stands 120 times above what the music makes of it, on Opus of 64 kbit/s 70 times; music alone
// makes 4.5. From 2 to 8 kHz it was 15 and 13.

const FROM_HZ = 4000
const TO_HZ = 12_000
/** Its ends rise and fall over so long, so that it does not click. */
const EDGE_S = 0.003
export const MARKER_S = 0.012
/** Root mean square, linear. */
const LEVEL = 0.01

/** The marker for samples of this rate, full scale 1: the same sound at any rate of 44.1 kHz or more. Allocates. */
export function markerSound(rateHz: number): Float32Array<ArrayBuffer> {
  const frames = Math.round(MARKER_S * rateHz)
  const sound = Float32Array.from({ length: frames }, (_, i) => {
    const s = i / rateHz
    const edge = Math.min(1, s / EDGE_S, (MARKER_S - s) / EDGE_S)
    const phase = 2 * Math.PI * (FROM_HZ * s + ((TO_HZ - FROM_HZ) * s * s) / (2 * MARKER_S))
    return (0.5 - 0.5 * Math.cos(Math.PI * edge)) * Math.sin(phase)
  })
  const rms = Math.sqrt(sound.reduce((sum, x) => sum + x * x, 0) / frames)
  return sound.map((x) => (x * LEVEL) / rms)
}
