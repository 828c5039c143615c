import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { CaptureSupervisor, type SupervisorOptions } from '../capture-supervisor.ts'

declare module 'fastify' {
  interface FastifyInstance {
    capture: CaptureSupervisor
  }
}

/** The capture child starts when the app is ready and is gone when the app has closed. */
async function capture(app: FastifyInstance, options: Omit<SupervisorOptions, 'log'>): Promise<void> {
  const log = app.log.child({ part: 'capture' })
  const supervisor = new CaptureSupervisor({ ...options, log })
  app.decorate('capture', supervisor)
  supervisor.on('ready', ({ input, name, channels, rateHz, fallback }, streamId) =>
    log.info(
      { input, channels, rateHz, streamId },
      fallback === undefined ? `plays ${name}` : `plays ${name}: ${fallback}`,
    ),
  )
  supervisor.on('down', (message, delayMs) => log.error({ delayMs, restarts: supervisor.restarts }, message))
  supervisor.on('stopped', (message) => log.info(message))
  supervisor.on('starting', (message) => log.info(message))
  app.addHook('onReady', async () => supervisor.start())
  app.addHook('onClose', async () => {
    await supervisor.stop()
    log.info('The instrument has been released.')
  })
}

export default fp(capture, { name: 'capture', fastify: '5.x' })
