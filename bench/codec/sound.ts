import { synthMix } from '../../src/capture/inputs/synth/channels.ts'
import { Performance } from '../../src/capture/inputs/synth/performance.ts'
import { Mixer } from '../../src/capture/mixer.ts'

/** Where the whole band plays: drums for their attacks, strings and bells for their partials. */
const CHORUS_S = 57
const BLOCK = 480

/** The demo band's chorus, mixed as the server mixes it: interleaved stereo. */
export function chorus(seconds: number, rateHz: number): Int16Array {
  const band = new Performance(rateHz, 16)
  const mixer = new Mixer(8, rateHz, 16, synthMix())
  const out = new Int16Array(Math.round(seconds * rateHz) * 2)
  const channels = new Int16Array(BLOCK * 8)
  const stereo = new Int16Array(BLOCK * 2)
  for (let at = -CHORUS_S * rateHz; at < out.length / 2; at += BLOCK) {
    band.render(channels)
    mixer.mix(channels, stereo)
    if (at >= 0) out.set(stereo.subarray(0, Math.min(stereo.length, out.length - at * 2)), at * 2)
  }
  return out
}
