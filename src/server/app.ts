import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyServerFactory,
  LogController,
} from 'fastify'
import { serverLimits } from './access/limits.ts'
import { withoutBase } from './base-path.ts'
import type { Config } from './config.ts'
import access from './plugins/access.ts'
import capture from './plugins/capture.ts'
import consoles from './plugins/consoles.ts'
import errors, { replyWithError } from './plugins/errors.ts'
import headers, { ISOLATION_HEADERS } from './plugins/headers.ts'
import https from './plugins/https.ts'
import invites from './plugins/invites.ts'
import lan from './plugins/lan.ts'
import logs from './plugins/logs.ts'
import mixDesk from './plugins/mix.ts'
import page from './plugins/page.ts'
import reference from './plugins/reference.ts'
import session from './plugins/session.ts'
import timeLimit from './plugins/time-limit.ts'
import validation from './plugins/validation.ts'
import webSockets from './plugins/web-sockets.ts'
import { captureControl } from './routes/capture.ts'
import docs from './routes/docs.ts'
import { door } from './routes/door.ts'
import { health } from './routes/health.ts'
import { invites as inviting } from './routes/invites.ts'
import { listeners } from './routes/listeners.ts'
import { measure } from './routes/measure.ts'
import { metrics } from './routes/metrics.ts'
import { mix } from './routes/mix.ts'
import { sessions } from './routes/sessions.ts'
import { time } from './routes/time.ts'
import { transport } from './routes/transport.ts'
import { wsAudio } from './routes/ws-audio.ts'
import { wsConsole } from './routes/ws-console.ts'
import type { SupervisorTiming } from './supervisor-timing.ts'
import { type Https, namesOf } from './tls/open-https.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** What browsers have before the paths of this server; '' is nothing. */
    basePath: string
  }
}

export interface AppOptions {
  config: Config
  version: string
  /** The capture child's entry, a `file:` URL. */
  captureEntry: URL
  /** Folder of the built page. */
  pageRoot: string
  logger: FastifyBaseLogger
  captureTiming?: Partial<SupervisorTiming>
  /** Plain HTTP without. */
  https?: Https | undefined
  /** Writes to a person's terminal, where there is one. */
  terminal?: ((text: string) => void) | undefined
}

/** Puts the server together. Never listens; the capture child starts when the app is ready. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { config, version, https: secure } = options
  const app = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 65_536,
    routerOptions: { ignoreTrailingSlash: true },
    ...serverLimits(config.limits),
    ...(secure && { serverFactory: secure.servers.create as unknown as FastifyServerFactory }),
    rewriteUrl: ({ url = '/' }) => withoutBase(url, config.basePath),
    trustProxy: config.trustProxy.length === 0 ? false : [...config.trustProxy],
    frameworkErrors: (error, request, reply) => {
      // Refused before any hook could: nobody else would end the connection, and no time-out holds for it any more.
      if (request.headers.upgrade !== undefined)
        reply.raw.once('finish', () => request.raw.socket.destroySoon())
      return replyWithError(error, request, reply.headers(ISOLATION_HEADERS))
    },
  })
  app.decorate('basePath', config.basePath)
  await app.register(headers)
  await app.register(errors)
  await app.register(validation)
  // Before the door: what that refuses is hung up on.
  await app.register(webSockets, { maxMessageBytes: config.limits.maxMessageKib * 1024 })
  await app.register(invites, { dataDir: config.dataDir })
  const { host, openOnLoopback, limits, corsOrigins } = config
  const hasKey = config.controllerKey !== ''
  const hasTls = config.tlsCert !== ''
  await app.register(access, { host, openOnLoopback, limits, corsOrigins, hasKey, isLan: config.lan, hasTls })
  await app.register(timeLimit)
  await app.register(docs, { version, basePath: config.basePath })
  await app.register(capture, {
    entry: options.captureEntry,
    settings: config.capture,
    dataDir: config.dataDir,
    ...(options.captureTiming === undefined ? {} : { timing: options.captureTiming }),
  })
  await app.register(mixDesk, { dataDir: config.dataDir })
  await app.register(session, {
    serverVersion: version,
    maxSessions: config.maxSessions,
    maxListeners: config.maxListeners,
    maxSessionListeners: config.limits.maxSessionListeners,
    room: config.room,
    controllerKey: config.controllerKey,
  })
  await app.register(consoles)
  await app.register(logs)
  await app.register(reference, { servers: config.ntpServers })
  await app.register(door)
  await app.register(inviting)
  await app.register(wsAudio, { limits: config.limits })
  await app.register(wsConsole)
  await app.register(health, { version })
  await app.register(metrics, { version, maxListeners: config.maxListeners })
  await app.register(time)
  await app.register(measure)
  await app.register(captureControl)
  await app.register(mix)
  await app.register(listeners)
  await app.register(sessions)
  await app.register(transport)
  if (secure) await app.register(https, secure)
  if (secure && config.lan)
    await app.register(lan, {
      names: () => namesOf(config),
      fingerprint: () => (secure.isOwn ? secure.servers.certificate.fingerprint : undefined),
      terminal: options.terminal,
    })
  await app.register(page, { root: options.pageRoot, basePath: config.basePath })
  return app
}
