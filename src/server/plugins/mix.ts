import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { MixDesk } from '../mix/mix-desk.ts'
import { PresetStore } from '../mix/preset-store.ts'
// For the type it adds to the app.
import './capture.ts'

declare module 'fastify' {
  interface FastifyInstance {
    mixDesk: MixDesk
  }
}

export interface MixPluginOptions {
  /** Folder of what is saved. */
  dataDir: string
}

/** The mix that people set, and their presets, which are read before the app is ready. */
async function mix(app: FastifyInstance, { dataDir }: MixPluginOptions): Promise<void> {
  const log = app.log.child({ part: 'mix' })
  const presets = await PresetStore.open(dataDir, (message) => log.error(message))
  app.decorate('mixDesk', new MixDesk(app.capture, presets))
}

export default fp(mix, { name: 'mix', fastify: '5.x', dependencies: ['capture'] })
