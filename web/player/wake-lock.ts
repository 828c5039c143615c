import type { PlayerSnapshot } from './player-snapshot.ts'
import type { PolledStore } from './polled-store.ts'

/** The parts of the browser this needs. */
export interface AwakeSurroundings {
  document: Pick<Document, 'visibilityState' | 'addEventListener'>
  /** undefined: this browser has none. */
  wakeLock: { request(type: 'screen'): Promise<Lock> } | undefined
}
type Lock = Pick<WakeLockSentinel, 'released' | 'release'>

/**
 * Keeps the screen lit while somebody listens and looks: a phone that locks itself would stop the sound of some browsers. A
 * browser lets go whenever the page is hidden, so it is asked again; when it will not, for want of battery say, the screen goes
 * dark as ever. Thread: page, for as long as it lives.
 */
export function keepAwake(
  store: Pick<PolledStore<PlayerSnapshot>, 'snapshot' | 'subscribe'>,
  around: AwakeSurroundings = { document, wakeLock: navigator.wakeLock },
): void {
  const { document: page, wakeLock } = around
  if (!wakeLock) return
  let lock: Lock | undefined
  let asking = false
  let refused = false

  const look = async (): Promise<void> => {
    const { state } = store.snapshot().stats
    const wanted = state !== 'idle' && state !== 'failed' && page.visibilityState === 'visible'
    if (!wanted) {
      refused = false
      const held = lock
      lock = undefined
      await held?.release()
      return
    }
    if (asking || refused || lock?.released === false) return
    asking = true
    try {
      lock = await wakeLock.request('screen')
    } catch {
      refused = true // Asked again when the page is next shown, or listened to.
    }
    asking = false
    // What was wanted may not be by now.
    await look()
  }

  store.subscribe(() => void look())
  page.addEventListener('visibilitychange', () => void look())
}
