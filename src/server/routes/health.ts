import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
// For the type it adds to the app.
import '../plugins/consoles.ts'
import type { SourceStatus } from '../sessions/source-status.ts'
import type { RungStream } from '../streaming/rung-stream.ts'
import { Health } from './health-schema.ts'

export interface HealthOptions {
  version: string
}

const FLOOR_DB = -120

/** `GET /health`: 200, or 503 when the source does not come back by itself. */
export async function health(app: FastifyInstance, { version }: HealthOptions): Promise<void> {
  const { capture, consoles, session, sessions } = app
  app.get('/health', { schema: { response: { 200: Health, 503: Health } } }, async (_request, reply) => {
    const { status } = session
    const body: Health = {
      status: healthOf(status.state, capture.wanted),
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
    return reply
      .code(body.status === 'failed' ? 503 : 200)
      .header('cache-control', 'no-store')
      .send(body)
  })
}

/** One that somebody stopped comes back when somebody starts it: no service is to be restarted for that. */
function healthOf(state: SourceStatus['state'], isWanted: boolean): Health['status'] {
  if (state === 'running') return 'ok'
  return state === 'stopped' && isWanted ? 'failed' : 'degraded'
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
