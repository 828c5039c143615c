import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { CaptureSupervisor, type SupervisorOptions } from '../capture-supervisor.ts'
import { ChosenSource } from '../chosen-source.ts'

declare module 'fastify' {
  interface FastifyInstance {
    capture: CaptureSupervisor
    chosenSource: ChosenSource
  }
}

export interface CapturePluginOptions extends Omit<SupervisorOptions, 'log'> {
  /** Folder of what is saved. */
  dataDir: string
}

/** The capture child starts, with what was chosen last, when the app is ready and is gone when the app has closed. */
async function capture(app: FastifyInstance, { dataDir, ...options }: CapturePluginOptions): Promise<void> {
  const log = app.log.child({ part: 'capture' })
  const supervisor = new CaptureSupervisor({ ...options, log })
  const chosen = await ChosenSource.open(dataDir, options.settings, (message) => log.warn(message))
  app.decorate('capture', supervisor)
  app.decorate('chosenSource', chosen)
  supervisor.on('ready', ({ input, name, channels, rateHz, fallback }, streamId) =>
    log.info(
      { input, channels, rateHz, streamId },
      fallback === undefined ? `plays ${name}` : `plays ${name}: ${fallback}`,
    ),
  )
  supervisor.on('down', (message, delayMs) => log.error({ delayMs, restarts: supervisor.restarts }, message))
  supervisor.on('stopped', (message) => log.info(message))
  supervisor.on('starting', (message) => log.info(message))
  app.addHook('onReady', async () => {
    const { wish } = chosen
    if (wish === undefined) supervisor.start()
    else await supervisor.control(wish)
  })
  app.addHook('onClose', async () => {
    await supervisor.stop()
    log.info('The instrument has been released.')
  })
}

export default fp(capture, { name: 'capture', fastify: '5.x' })
