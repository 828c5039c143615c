import type { IncomingMessage } from 'node:http'
import '@fastify/websocket'
import cors from '@fastify/cors'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { CLOSE } from '../../shared/wire/control.ts'
import { BY_US_HEADER, SERVER_US_HEADER } from '../../shared/wire/time-limit.ts'
import { actionOf, OPEN } from '../access/actions.ts'
import { networkKey } from '../access/address.ts'
import { AddressKeys } from '../access/address-keys.ts'
import { checkAction, grantOf, keyError } from '../access/gate.ts'
import { type Grant, KEY_WORDS, type KeyFault } from '../access/grant.ts'
import { Guests } from '../access/guests.ts'
import { type AccessLimits, REQUESTS_MS } from '../access/limits.ts'
import { isLocal, seemsLocal } from '../access/local.ts'
import { REFUSAL_REASONS, type RefusalReason, type Refusals, zeroRefusals } from '../access/refusals.ts'
import { Throttle } from '../access/throttle.ts'
import { hiddenProxyWarning, tellWayIn, type WayIn } from '../access/way-in.ts'
import { WindowStore } from '../access/window-store.ts'
import { HttpError } from '../http-error.ts'
import { readInterfaces } from '../interfaces.ts'
import { mayUse } from '../routes/same-origin.ts'
// For the types they add to the app.
import './invites.ts'
import './session.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Counts since the start, by reason. */
    refusals: Refusals
    /** Who is connected by an invite. */
    guests: Guests
    /** What is counted for one address is counted by these. */
    addressKeys: AddressKeys
  }
  interface FastifyRequest {
    /** As whom it comes; undefined where nobody asks for a key. */
    grant: Grant | undefined
  }
}

export interface AccessOptions extends WayIn {
  limits: AccessLimits
  /** Other pages that may use the server. */
  corsOrigins: readonly string[]
}

const SAFE = ['GET', 'HEAD', 'OPTIONS']
/** How often it is looked for guests whose invite has ended. */
const LOOK_MS = 5000

/**
 * The door: every request is held against the table of actions, before a connection is upgraded or a body is read, and once more
 * when the body is there. Register before everything that has routes.
 */
async function access(app: FastifyInstance, options: AccessOptions): Promise<void> {
  const { host, openOnLoopback, limits, corsOrigins } = options
  const refusals = zeroRefusals()
  const throttle = new Throttle(limits)
  const addressKeys = new AddressKeys({ interfaces: () => readInterfaces().interfaces })
  app.decorate('refusals', refusals)
  app.decorate('addressKeys', addressKeys)
  app.decorateRequest('grant', undefined)
  // Before the door: a browser's question whether it may ask has no key.
  if (corsOrigins.length > 0)
    await app.register(cors, {
      origin: [...corsOrigins],
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
      allowedHeaders: ['authorization', 'content-type', BY_US_HEADER],
      exposedHeaders: [SERVER_US_HEADER],
    })
  await app.register(rateLimit, { global: false, store: WindowStore as never })
  const limitRequests = app.rateLimit({
    max: limits.maxRequests,
    timeWindow: REQUESTS_MS,
    keyGenerator: ({ ip }) => addressKeys.of(ip),
    errorResponseBuilder: (_request, { ttl }) => tooMany('too-many-requests', Math.ceil(ttl / 1000)),
  })
  const ofListener = (id: number) =>
    [...app.sessions.all].find(({ session }) => session.listener(id) !== undefined)?.session.id

  const isHere = (request: FastifyRequest) => openOnLoopback && isLocal(request, host)
  const warnOfProxy = hiddenProxyWarning(app.log)

  async function admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { url: route = '' } = request.routeOptions
    const action = actionOf(request.method, route)
    const isUpgrade = request.headers.upgrade !== undefined
    if (isUpgrade && !route.startsWith('/ws/'))
      throw new HttpError(400, 'no-web-socket', 'No WebSocket is spoken here.')
    if (action === OPEN) return
    const isFar = !isHere(request)
    if (isFar) {
      const address = addressKeys.of(request.ip)
      if (isUpgrade) check(reply, 'too-many-upgrades', throttle.upgradeWaitS(address, performance.now()))
      else if (route.startsWith('/api/')) await limitRequests.call(app, request, reply)
    }
    const { origin, host: asked } = request.headers
    const isFree = !isUpgrade && SAFE.includes(request.method)
    if (!isFree && !mayUse(origin, asked, host) && !corsOrigins.includes(origin ?? '')) {
      if (openOnLoopback && seemsLocal(request)) warnOfProxy()
      throw new HttpError(403, 'bad-origin', 'Only the page of this server may do this.')
    }
    request.grant = identify(request, reply, isFar)
    // Only now: who has no key takes no place from the others.
    if (isFar && isUpgrade) check(reply, 'too-many-upgrades', throttle.allUpgradesWaitS(performance.now()))
    checkAction(action, request.grant, request, ofListener)
  }

  function identify(request: FastifyRequest, reply: FastifyReply, isFar: boolean): Grant {
    // Also of neighbours by their whole network: who may take as many addresses as they like may not guess as often.
    const address = networkKey(request.ip)
    const nowMs = performance.now()
    const waitS = throttle.attemptWaitS(address, nowMs)
    // Who is shut out for a while keeps a link that is good: nobody guesses one.
    const sessions = waitS > 0 ? NO_SESSIONS : app.sessions
    const grant = grantOf(request, !isFar, { invites: app.invites, sessions })
    if (typeof grant !== 'string') return grant
    if (grant === 'no-key') throw keyError(grant)
    check(reply, 'too-many-attempts', waitS)
    // A link that once was good is no guess.
    if (grant === 'bad-key') throttle.failed(address, nowMs)
    throw keyError(grant)
  }

  /** A body may take its time: what was allowed when it was asked for may not be any more, or be about somebody else. */
  async function admitAgain(request: FastifyRequest): Promise<void> {
    const action = actionOf(request.method, request.routeOptions.url ?? '')
    if (action === OPEN || request.grant === undefined || SAFE.includes(request.method)) return
    const { invites, sessions } = app
    const grant = grantOf(request, request.grant.isHere, { invites, sessions })
    if (typeof grant === 'string') throw keyError(grant)
    request.grant = grant
    checkAction(action, grant, request, ofListener)
  }

  const counted = async (admission: Promise<void>) => {
    try {
      await admission
    } catch (error) {
      if (error instanceof HttpError && isCounted(error.reason)) refusals[error.reason]++
      throw error
    }
  }

  welcomeGuests(app)
  countSlow(app, refusals)
  app.addHook('onReady', async () => tellWayIn(app.log, options))
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404) await counted(admit(request, reply))
  })
  app.addHook('preHandler', (request) => counted(admitAgain(request)))
}

/** Who came by an invite goes with it. */
function welcomeGuests(app: FastifyInstance): void {
  const guests = new Guests()
  const grants = new WeakMap<IncomingMessage, Grant>()
  app.decorate('guests', guests)
  app.addHook('preValidation', async ({ raw, grant }) => {
    if (grant?.invite !== undefined) grants.set(raw, grant)
  })
  app.addHook('onReady', async () => {
    app.websocketServer.on('connection', (socket, raw) => {
      const { invite, expiresMs = Number.POSITIVE_INFINITY } = grants.get(raw) ?? {}
      if (invite === undefined) return
      const end = (why: KeyFault) => socket.close(CLOSE.forbidden, KEY_WORDS[why])
      socket.once('close', guests.welcome(invite, { expiresMs, end }))
    })
  })
  const timer = setInterval(() => guests.look(Date.now()), LOOK_MS).unref()
  app.addHook('onClose', async () => clearInterval(timer))
}

/** What Node itself refuses, before it is a request: it answers 408 and 431. */
function countSlow(app: FastifyInstance, refusals: Refusals): void {
  app.server.on('clientError', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'ERR_HTTP_REQUEST_TIMEOUT') refusals['slow-request']++
    else if (code === 'HPE_HEADER_OVERFLOW') refusals['long-header']++
  })
}

const NO_SESSIONS = { all: [] }

function check(reply: FastifyReply, reason: RefusalReason, waitS: number): void {
  if (waitS === 0) return
  reply.header('retry-after', waitS)
  throw tooMany(reason, waitS)
}

function tooMany(reason: RefusalReason, waitS: number): HttpError {
  const what = reason === 'too-many-attempts' ? 'Too many wrong keys' : 'Too much at once'
  return new HttpError(429, reason, `${what} from your address. Try again in ${waitS} s.`)
}

function isCounted(reason: string): reason is RefusalReason {
  return (REFUSAL_REASONS as readonly string[]).includes(reason)
}

export default fp(access, { name: 'access', fastify: '5.x', dependencies: ['invites'] })
