/** One Int16 step in linear full scale; both ends of the wire use it, so a round trip is exact. */
export const INT16_SCALE = 1 / 32768
/** Everything past the mixer is stereo. */
export const MIX_CHANNELS = 2
export const BYTES_PER_PCM16_FRAME = MIX_CHANNELS * 2
