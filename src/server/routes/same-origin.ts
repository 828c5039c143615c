/** A host name or address that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

/**
 * True when a page of `origin` may use the server that was reached as `host`. No origin: not a browser's page.
 * A server on loopback also serves the development page, which has a port of its own.
 */
export function mayUse(origin: string | undefined, host: string | undefined, serverHost: string): boolean {
  if (origin === undefined) return true
  if (!URL.canParse(origin)) return false // "null": a sandboxed frame or a file
  const from = new URL(origin)
  return from.host === host?.toLowerCase() || (isLoopback(serverHost) && isLoopback(from.hostname))
}
