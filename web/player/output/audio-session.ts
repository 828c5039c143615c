/** What a page's sound can be to a telephone's system, the most demanding first. */
const USES = ['play-and-record', 'playback'] as const
type Use = (typeof USES)[number]

/** Safari's, iOS 16.4 and newer; the compiler's library does not have it. */
interface WithSession {
  audioSession?: { type: string }
}

const claims = new Map<Use, number>()

/**
 * Tells the system that this page makes music, until what is returned is called. iOS takes Web Audio by itself for ambience, which
 * the switch at its side silences, and so does its lock, while the page's meters go on. A microphone needs a claim of its own:
 * beside 'playback' it gives nothing. Does nothing in browsers that do not ask. Thread: page.
 */
export function claimAudioSession(use: Use): () => void {
  claims.set(use, (claims.get(use) ?? 0) + 1)
  tell()
  let isHeld = true
  return () => {
    if (!isHeld) return
    isHeld = false
    claims.set(use, (claims.get(use) ?? 0) - 1)
    tell()
  }
}

function tell(): void {
  const session = (globalThis.navigator as WithSession | undefined)?.audioSession
  if (!session) return
  try {
    session.type = USES.find((use) => (claims.get(use) ?? 0) > 0) ?? 'auto'
  } catch {
    // A system that does not want to be told now plays as it did before.
  }
}
