import { serverPath } from '../player/address/base-path.ts'

/** Longer than a server takes that answers at all, ms. */
const ANSWER_MS = 2000

/** Of this browser and page, what a reader of a report asks first. No address and no query: they may hold a key. */
export function aboutPage(): Record<string, string | number | boolean | null> {
  const { userAgent, language, hardwareConcurrency } = navigator
  const { connection } = navigator as Navigator & { connection?: { type?: string; effectiveType?: string } }
  return {
    ...{ userAgent, language, hardwareConcurrency },
    link: connection?.type ?? connection?.effectiveType ?? null,
    path: location.pathname,
    secure: isSecureContext,
    isolated: crossOriginIsolated,
    visible: document.visibilityState === 'visible',
    width: innerWidth,
    height: innerHeight,
    pixelRatio: devicePixelRatio,
    openSeconds: Math.round(performance.now() / 1000),
  }
}

/** What the server says of itself, its version among it; null: it does not answer. */
export async function askServer(): Promise<unknown> {
  try {
    const answer = await fetch(serverPath('/health'), { signal: AbortSignal.timeout(ANSWER_MS) })
    return await answer.json()
  } catch {
    return null // A report without it is better than none.
  }
}
