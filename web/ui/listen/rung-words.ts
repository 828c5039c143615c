import type { RungName } from '../../../src/shared/rungs.ts'

/** The rungs of the quality ladder, for a musician. */
export const RUNG_WORDS: Record<RungName, string> = {
  'pcm-f32': 'Studio',
  pcm16: 'Uncompressed',
  'opus-256': 'High',
  'opus-128': 'Good',
  'opus-96': 'Small',
  'opus-64': 'Smallest',
}
