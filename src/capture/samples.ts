// Samples as the child holds them. A source of 16 bits is Int16 all the way; one of 24 comes as Int32, its bits
// the upper ones, and leaves as Float32, which holds 24 bits exactly. A process sees one of the two, so the loops
// over them are compiled for one.
import { INT16_SCALE } from '../shared/audio-format.ts'
import type { SampleBits } from '../shared/capture-messages.ts'

/** Interleaved input channels. */
export type InputSamples = Int16Array | Int32Array
/** Interleaved stereo. */
export type MixedSamples = Int16Array | Float32Array

/** How wide an input's samples are, bytes. */
export function inputSampleBytes(bits: SampleBits): 2 | 4 {
  return bits === 16 ? 2 : 4
}

/** Silence. Allocates. */
export function inputSamples(bits: SampleBits, length: number): InputSamples {
  return bits === 16 ? new Int16Array(length) : new Int32Array(length)
}

/** One step of an input's samples in linear full scale. */
export function inputScale(bits: SampleBits): number {
  return bits === 16 ? INT16_SCALE : INT16_SCALE / 0x10000
}
