// HTTPS and, on the same port, an answer for who asks in plain HTTP: come back with https.
import { createServer, type Server as PlainServer } from 'node:http'
import { createServer as createSecure, type Server, type ServerOptions } from 'node:https'
import type { Socket } from 'node:net'
import type { FastifyServerFactory, FastifyServerOptions } from 'fastify'
import type { Certificate } from './certificate.ts'
import { secureAddress, spokenBy } from './first-byte.ts'

/** Connections that have not said a word yet; who comes then pushes the one out that has waited longest. */
const MOST_WAITING = 256

export interface SecureServerOptions {
  certificate: Certificate
  /** For the first byte, and for all that is not TLS; a handshake has as long. */
  patienceMs: number
  mostWaiting?: number
}

/** What the front has done since the start. */
export interface FrontCounters {
  /** Sent from http to https. */
  redirected: number
  /** Said nothing, or not enough, in time. */
  tooSlow: number
  /** Neither TLS nor HTTP. */
  garbage: number
  /** Had to go because too many had said nothing. */
  pushedOut: number
}

type Handler = Parameters<FastifyServerFactory>[0]
type Options = FastifyServerOptions & { http?: ServerOptions }

/** Makes the servers of one app, and changes their certificate while they run. */
export class SecureServers {
  readonly counters: FrontCounters = { redirected: 0, tooSlow: 0, garbage: 0, pushedOut: 0 }
  readonly #servers = new Set<Server>()
  readonly #patienceMs: number
  readonly #mostWaiting: number
  readonly #plain: PlainServer
  /** Everything that is not TLS yet, or never will be, oldest first. */
  readonly #held = new Map<Socket, NodeJS.Timeout>()
  #certificate: Certificate
  #closed = false

  constructor({ certificate, patienceMs, mostWaiting = MOST_WAITING }: SecureServerOptions) {
    this.#certificate = certificate
    this.#patienceMs = patienceMs
    this.#mostWaiting = mostWaiting
    this.#plain = this.#redirecting()
  }

  get certificate(): Certificate {
    return this.#certificate
  }

  /** For Fastify, which asks for one server per address it listens on. */
  readonly create = (handler: Handler, options: Options): Server => {
    const { cert, key } = this.#certificate
    const server = createSecure(
      { ...options.http, cert, key, handshakeTimeout: this.#patienceMs, minVersion: 'TLSv1.2' },
      handler as never,
    )
    // As Fastify does for the servers it makes itself.
    if (options.keepAliveTimeout !== undefined) server.keepAliveTimeout = options.keepAliveTimeout
    if (options.requestTimeout !== undefined) server.requestTimeout = options.requestTimeout
    if (options.connectionTimeout !== undefined) server.setTimeout(options.connectionTimeout)
    const [speakTls] = server.listeners('connection') as ((socket: Socket) => void)[]
    if (!speakTls) throw new Error('an HTTPS server that does not take connections')
    server.removeAllListeners('connection')
    server.on('connection', (socket: Socket) => this.#sniff(socket, () => speakTls.call(server, socket)))
    this.#servers.add(server)
    server.once('close', () => this.#servers.delete(server))
    return server
  }

  /** From now on; connections that are open stay. */
  use(certificate: Certificate): void {
    this.#certificate = certificate
    const { cert, key } = certificate
    for (const server of this.#servers) server.setSecureContext({ cert, key, minVersion: 'TLSv1.2' })
  }

  /** Nobody is waited for who has not come to TLS. */
  close(): void {
    this.#closed = true
    for (const socket of [...this.#held.keys()]) socket.destroy()
  }

  #sniff(socket: Socket, speakTls: () => void): void {
    if (this.#closed) return void socket.destroy()
    this.#hold(socket)
    const fail = () => socket.destroy()
    socket.once('error', fail)
    socket.once('readable', () => {
      const data = socket.read() as Buffer | null
      if (data === null) return void socket.destroy() // it ended without a word
      socket.unshift(data)
      socket.off('error', fail)
      const spoken = spokenBy(data[0])
      if (spoken === 'http') this.#plain.emit('connection', socket)
      else if (spoken === 'tls') {
        this.#release(socket)
        speakTls()
      } else {
        this.counters.garbage++
        socket.destroy()
      }
    })
  }

  #hold(socket: Socket): void {
    if (this.#held.size >= this.#mostWaiting) {
      const [longest] = this.#held.keys()
      this.counters.pushedOut++
      longest?.destroy()
      if (longest) this.#release(longest)
    }
    const timer = setTimeout(() => {
      this.counters.tooSlow++
      socket.destroy()
    }, this.#patienceMs)
    this.#held.set(socket, timer)
    socket.once('close', () => this.#release(socket))
  }

  #release(socket: Socket): void {
    clearTimeout(this.#held.get(socket))
    this.#held.delete(socket)
  }

  /** It never listens: connections are handed to it. Its own time-outs do not run then; those of `#hold` do. */
  #redirecting(): PlainServer {
    return createServer(({ headers, url }, response) => {
      const location = secureAddress(headers.host, url)
      if (location === undefined) {
        response.writeHead(400, { connection: 'close' }).end('This server is reached with https.\n')
        return
      }
      this.counters.redirected++
      response
        .writeHead(308, { location, connection: 'close' })
        .end(`It is at ${new URL(location).origin} now.\n`)
    })
  }
}
