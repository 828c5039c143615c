import type { FastifyRequest } from 'fastify'
import { isLoopback, mayUse } from '../routes/same-origin.ts'

/** What a proxy adds for somebody who is not on this computer, and `x-forwarded-…`. */
const FORWARDED = [
  'forwarded',
  'via',
  'x-real-ip',
  'x-client-ip',
  'x-original-host',
  'true-client-ip',
  'cf-connecting-ip',
  'cdn-loop',
]

type Asking = Pick<FastifyRequest, 'raw' | 'headers'>

/**
 * It seems to come from somebody on this computer: not by a proxy on it that says so, nor by a name that somebody else made point
 * here. A proxy that speaks HTTP/1.1 and adds no header can not be told from them: the name it passes on is the stranger's to
 * choose, `localhost` too. See OPEN_ON_LOOPBACK.
 */
export function seemsLocal({ raw: { socket, httpVersion }, headers }: Asking): boolean {
  // No browser speaks HTTP/1.0; a proxy that was not told otherwise does.
  if (httpVersion === '1.0') return false
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '')
  if (!isLoopback(address) || Object.keys(headers).some(isForwarded)) return false
  const host = `http://${headers.host}`
  return URL.canParse(host) && isLoopback(new URL(host).hostname)
}

/** Somebody on this computer, and by no page of another site: what that page may do is not up to whoever opened it. */
export function isLocal(request: Asking, serverHost: string): boolean {
  const { origin, host } = request.headers
  return seemsLocal(request) && mayUse(origin, host, serverHost)
}

function isForwarded(name: string): boolean {
  return name.startsWith('x-forwarded-') || FORWARDED.includes(name)
}
