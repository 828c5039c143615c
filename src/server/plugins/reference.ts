import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { type ReferenceOptions, ReferenceTime } from '../reference/reference-time.ts'

declare module 'fastify' {
  interface FastifyInstance {
    reference: ReferenceTime
  }
}

/** The wall clock. Asks its NTP servers from when the app is ready until it closes; each change of source is logged once. */
async function reference(app: FastifyInstance, options: Omit<ReferenceOptions, 'onLook'>): Promise<void> {
  const log = app.log.child({ part: 'reference' })
  let source: 'ntp' | 'system' | undefined
  const liars = new Set<string>()

  const announce = () => {
    const report = time.report()
    for (const { host, state, offsetMs } of report.servers) {
      if (state !== 'falseticker') liars.delete(host)
      else if (!liars.has(host)) {
        liars.add(host)
        log.warn(
          { host, offsetMs },
          `${host} tells another time than the other NTP servers and is not believed.`,
        )
      }
    }
    if (report.source === source) return
    source = report.source
    const { server, offsetMs, errorMs } = report
    if (source === 'ntp') log.info({ server, offsetMs, errorMs }, `The time is that of ${server}.`)
    else {
      const servers = report.servers.map(({ host, state, fault }) => ({ host, state, fault }))
      log.warn({ servers }, 'No NTP server tells a time to believe: the time is that of the system.')
    }
  }

  const time = new ReferenceTime({ ...options, onLook: announce })
  app.decorate('reference', time)
  app.addHook('onReady', async () => {
    if (options.servers.length === 0) log.info('The time is that of the system: NTP_SERVERS names no server.')
    time.start()
  })
  app.addHook('onClose', () => time.stop())
}

export default fp(reference, { name: 'reference', fastify: '5.x' })
