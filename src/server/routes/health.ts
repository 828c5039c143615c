import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
// For the type it adds to the app.
import '../plugins/consoles.ts'
import type { SourceStatus } from '../sessions/source-status.ts'
import type { RungStream } from '../streaming/rung-stream.ts'
import { Health, Live, Ready } from './health-schema.ts'
import { unreadyReasons } from './readiness.ts'

export interface HealthOptions {
  version: string
}

const FLOOR_DB = -120

/**
 * `GET /health/live`: 200 while the loop turns; if not, the server is to be started again. `GET /health/ready`, and `GET /health`
 * with all that is known: 200, or 503 while no sound can be had, which starting the server again does not mend.
 */
export async function health(app: FastifyInstance, { version }: HealthOptions): Promise<void> {
  const { capture, consoles, encoders, session, sessions } = app
  const ready = (): Ready => {
    const nowMs = performance.now()
    const reasons = unreadyReasons(session.status, encoders.failedMs(nowMs), nowMs)
    const isPlaying = session.status.state === 'running'
    return { status: reasons.length > 0 ? 'failed' : isPlaying ? 'ok' : 'degraded', reasons }
  }
  app.get('/health/live', { schema: { response: { 200: Live } } }, (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'ok', uptimeSeconds: process.uptime() }),
  )
  app.get('/health/ready', { schema: { response: { 200: Ready, 503: Ready } } }, (_request, reply) => {
    const body = ready()
    return reply.code(codeOf(body)).header('cache-control', 'no-store').send(body)
  })
  app.get('/health', { schema: { response: { 200: Health, 503: Health } } }, async (_request, reply) => {
    const { status } = session
    const body: Health = {
      ...ready(),
      version,
      uptimeSeconds: process.uptime(),
      listeners: sessions.listeners,
      sessions: sessions.counts,
      consoles: { open: consoles.size, ...consoles.counters },
      memory: {
        serverRssBytes: process.memoryUsage.rss(),
        captureRssBytes: await rssBytes(capture.pid),
      },
      source: sourceHealth(status, capture.restarts),
      streaming: {
        ...sessions.counters,
        rungs: [...sessions.all].flatMap((entry) => entry.session.rungs.map(rungHealth)),
        opus: sessions.encoders,
      },
    }
    return reply.code(codeOf(body)).header('cache-control', 'no-store').send(body)
  })
}

function codeOf({ reasons }: Ready): 200 | 503 {
  return reasons.length > 0 ? 503 : 200
}

function sourceHealth(status: Readonly<SourceStatus>, restarts: number): Health['source'] {
  const { state, message, info, streamId, levels } = status
  return {
    state,
    message,
    restarts,
    ...(streamId === undefined ? {} : { streamId }),
    ...(info === undefined ? {} : sourceFacts(info)),
    levels: (levels?.peak ?? []).map((peak, i) => ({
      name: info?.channelNames[i] ?? `Channel ${i + 1}`,
      peakDb: toDb(peak),
      rmsDb: toDb(levels?.rms[i] ?? 0),
    })),
    ...(levels === undefined ? {} : { counters: levels.counters }),
  }
}

function rungHealth({ rung, size, packets, history }: RungStream): Health['streaming']['rungs'][number] {
  const { length, seconds, bytes, dropped } = history
  return { name: rung.name, listeners: size, packets, history: { packets: length, seconds, bytes, dropped } }
}

function sourceFacts({ input, name, rateHz, bits, channels, fallback }: NonNullable<SourceStatus['info']>) {
  return { input, name, rateHz, bits, channels, ...(fallback === undefined ? {} : { fallback }) }
}

function toDb(linear: number): number {
  return linear > 0 ? Math.max(FLOOR_DB, Math.round(200 * Math.log10(linear)) / 10) : FLOOR_DB
}

async function rssBytes(pid: number | undefined): Promise<number | null> {
  if (pid === undefined) return null
  try {
    const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? []
    return kib === undefined ? null : Number(kib) * 1024
  } catch {
    return null // not Linux, or the child has just gone
  }
}
