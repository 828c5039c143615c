import type { FromWorker, RungWish, ToWorker } from '../network/messages.ts'
import { watchNetworkNews } from './network-news.ts'

/** How long the worker may take to close its socket properly. */
const CLOSE_GRACE_MS = 300

/** The worker as the page sees it. */
export interface NetworkWorker {
  open(message: Extract<ToWorker, { kind: 'open' }>): void
  /** Another rung by hand, or 'auto'. */
  setRung(wish: RungWish): void
  /** Another mode, or what a controller wishes. */
  tell(message: Extract<ToWorker, { kind: 'mode' | 'transport' | 'set_room' | 'arrivals' }>): void
  /** What time it is there, from now (performance.now()). */
  askTime(nowMs: number): void
  close(): void
}

/** Starts the network worker. `onProblem` is called when it dies. */
export function startNetworkWorker(
  onMessage: (message: FromWorker) => void,
  onProblem: (detail: string) => void,
): NetworkWorker {
  // Vite recognises a worker by this one expression.
  const worker = new Worker(new URL('../network/socket.worker.ts', import.meta.url), { type: 'module' })
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => onMessage(data)
  worker.onerror = (event) => onProblem(event.message || 'the network worker did not load')
  const stopNews = watchNetworkNews(() => worker.postMessage({ kind: 'wake' } satisfies ToWorker))
  return {
    open: (message) => worker.postMessage(message),
    setRung: (wish) => worker.postMessage({ kind: 'rung', wish } satisfies ToWorker),
    tell: (message) => worker.postMessage(message),
    askTime: (nowMs) => worker.postMessage({ kind: 'time', askedMs: nowMs } satisfies ToWorker),
    close: () => {
      worker.onmessage = worker.onerror = null
      stopNews()
      worker.postMessage({ kind: 'close' } satisfies ToWorker)
      setTimeout(() => worker.terminate(), CLOSE_GRACE_MS)
    },
  }
}
