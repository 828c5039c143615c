// What whoever runs the server is told of how others come in.
import type { FastifyBaseLogger } from 'fastify'
import { isLoopback } from '../routes/same-origin.ts'
import { ANY } from '../tls/local-names.ts'

export interface WayIn {
  /** Host the server listens on. */
  host: string
  /** Who is on this computer needs no key: OPEN_ON_LOOPBACK. */
  openOnLoopback: boolean
  /** The server's owner has a key: CONTROLLER_KEY. */
  hasKey: boolean
  /** A code with an invite is shown at the start. */
  isLan: boolean
  /** There is a certificate of somebody's own: TLS_CERT. */
  hasTls: boolean
}

/** Invites are made by who is on this computer or has the key: where nobody is either, nobody ever comes in. */
export function tellWayIn(log: FastifyBaseLogger, way: WayIn): void {
  const { host, openOnLoopback, hasKey, isLan, hasTls } = way
  // Behind a proxy it may be meant so.
  if (hasTls && isLoopback(host))
    log.warn(
      { part: 'access' },
      `HOST=${host} is reached from this computer only, whatever the certificate. For others set HOST=0.0.0.0.`,
    )
  if (hasKey) return
  if (!openOnLoopback)
    log.warn(
      { part: 'access' },
      'Nobody can make an invite: OPEN_ON_LOOPBACK=false asks for a key also here. Set CONTROLLER_KEY.',
    )
  else if (isLan || isLoopback(host) || ANY.includes(host))
    log.info(
      { part: 'access' },
      'Who comes from another computer needs an invite, made on the console here, or CONTROLLER_KEY.',
    )
  else
    log.warn(
      { part: 'access' },
      `Nobody can come in: HOST=${host} is not reached as localhost, where invites are made. Set CONTROLLER_KEY, or HOST=0.0.0.0.`,
    )
}

/**
 * Says it once. It must not close the door by itself: any page that somebody opens on this computer could have it do so.
 */
export function hiddenProxyWarning(log: FastifyBaseLogger): () => void {
  let isSaid = false
  return () => {
    if (isSaid) return
    isSaid = true
    log.warn(
      { part: 'access' },
      'A page of another address was refused on this computer. If a proxy brought it, that hides itself, and all it brings is taken to be here: have it pass on Host and X-Forwarded-For, or set OPEN_ON_LOOPBACK=false.',
    )
  }
}
