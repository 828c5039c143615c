import type { FromWorker, ToWorker } from '../network/messages.ts'

/** How long the worker may take to close its socket properly. */
const CLOSE_GRACE_MS = 300

/** The worker as the page sees it. */
export interface NetworkWorker {
  open(message: Extract<ToWorker, { kind: 'open' }>): void
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
  return {
    open: (message) => worker.postMessage(message),
    close: () => {
      worker.onmessage = worker.onerror = null
      worker.postMessage({ kind: 'close' } satisfies ToWorker)
      setTimeout(() => worker.terminate(), CLOSE_GRACE_MS)
    },
  }
}
