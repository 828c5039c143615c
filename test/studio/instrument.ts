import { createRequire } from 'node:module'
import type { Env } from './process.ts'

/** Whether this machine has built naudiodon. */
export function naudiodonLoads(): boolean {
  try {
    createRequire(import.meta.url)('naudiodon/build/Release/naudiodon.node')
    return true
  } catch {
    return false // an optional dependency: left out where it could not be built
  }
}

/** How the product hears the studio's instrument: through its own device input, else through ALSA's recorder. */
export function instrumentEnv(): Env {
  if (naudiodonLoads()) return { CAPTURE: 'device' }
  return {
    CAPTURE: 'command',
    CAPTURE_COMMAND:
      'arecord -q -D MONTAGE -f S16_LE -c 8 -r 44100 -t raw --period-size=128 --buffer-size=1024',
  }
}
