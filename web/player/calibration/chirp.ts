/** What small loudspeakers and microphones of telephones both carry. */
const FROM_HZ = 1000
const TO_HZ = 8000
export const CHIRP_S = 0.15
const LOUD = 0.5

/** A rising tone with soft ends: its correlation with itself is one narrow peak. Pure. */
export function chirp(rateHz: number): Float32Array<ArrayBuffer> {
  const frames = Math.round(CHIRP_S * rateHz)
  return Float32Array.from({ length: frames }, (_, i) => {
    const s = i / rateHz
    const phase = 2 * Math.PI * (FROM_HZ * s + ((TO_HZ - FROM_HZ) * s * s) / (2 * CHIRP_S))
    return LOUD * Math.sin((Math.PI * i) / frames) ** 2 * Math.sin(phase)
  })
}
