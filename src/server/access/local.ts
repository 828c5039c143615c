import type { FastifyRequest } from 'fastify'
import { isLoopback } from '../routes/same-origin.ts'

/** What a proxy adds for somebody who is not on this computer. */
const FORWARDED = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'via',
]

/** Somebody on this computer, and not by a proxy on it, nor by a name that somebody else made point here. */
export function isLocal({
  raw: { socket, httpVersion },
  headers,
}: Pick<FastifyRequest, 'raw' | 'headers'>): boolean {
  // No browser speaks HTTP/1.0; a proxy that was not told otherwise does.
  if (httpVersion === '1.0') return false
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '')
  if (!isLoopback(address) || FORWARDED.some((name) => headers[name] !== undefined)) return false
  const host = `http://${headers.host}`
  return URL.canParse(host) && isLoopback(new URL(host).hostname)
}
