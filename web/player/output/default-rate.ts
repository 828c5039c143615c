/** Systems announce one change of devices several times. */
const SETTLE_MS = 400

/**
 * Calls back with the rate of the system's output after its devices have changed, if anybody wants to know then. Returns
 * what ends that. Thread: page.
 */
export function watchDefaultRate(isWanted: () => boolean, onRate: (rateHz: number) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const changed = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (!isWanted()) return
      const probe = new AudioContext()
      const { sampleRate } = probe
      probe.close().catch(() => {
        // Closed by the browser already: it was only asked.
      })
      onRate(sampleRate)
    }, SETTLE_MS)
  }
  navigator.mediaDevices?.addEventListener('devicechange', changed)
  return () => {
    clearTimeout(timer)
    navigator.mediaDevices?.removeEventListener('devicechange', changed)
  }
}
