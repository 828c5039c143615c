/** What one address, and all together, may do; each is a setting. */
export interface AccessLimits {
  /** Wrong keys from one address in a minute. */
  readonly maxKeyAttempts: number
  /** Requests to /api from one address in ten seconds. */
  readonly maxRequests: number
  /** WebSockets asked for by one address, and by all, in ten seconds. */
  readonly maxAddressUpgrades: number
  readonly maxUpgrades: number
  /** Listeners at a time, in one session and from one address. */
  readonly maxSessionListeners: number
  readonly maxAddressListeners: number
  /** Messages of one listener in a second; twice as many at once. */
  readonly maxMessages: number
  /** Of one message from a browser. */
  readonly maxMessageKib: number
  /** Until the head of a request is there, and all of it. */
  readonly handshakeTimeoutMs: number
  readonly requestTimeoutMs: number
  /** A connection on which nothing is asked. */
  readonly idleTimeoutMs: number
  readonly maxHeaderKib: number
}

export const ATTEMPTS_MS = 60_000
export const REQUESTS_MS = 10_000
export const UPGRADES_MS = 10_000

/** For Fastify: how slow and how long a request may be. */
export function serverLimits(limits: AccessLimits) {
  const { handshakeTimeoutMs, requestTimeoutMs, idleTimeoutMs, maxHeaderKib } = limits
  return {
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: idleTimeoutMs,
    http: {
      // The head is part of the request.
      headersTimeout: Math.min(handshakeTimeoutMs, requestTimeoutMs),
      // Often enough for the shortest of them to mean what it says.
      connectionsCheckingInterval: Math.max(100, Math.min(handshakeTimeoutMs, requestTimeoutMs) / 4),
      maxHeaderSize: maxHeaderKib * 1024,
    },
  }
}
