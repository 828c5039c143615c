import type { FastifyInstance } from 'fastify'
import { addListenerMetrics } from '../metrics/listener-metrics.ts'
import { LoopDelay } from '../metrics/loop-delay.ts'
import { MetricSet } from '../metrics/metric-set.ts'
import { addNetworkMetrics } from '../metrics/network-metrics.ts'
import { addServerMetrics } from '../metrics/server-metrics.ts'
import { addSourceMetrics } from '../metrics/source-metrics.ts'

export interface MetricsOptions {
  version: string
  maxListeners: number
}

/** `GET /metrics`, for Prometheus: everything is read when it asks. */
export async function metrics(
  app: FastifyInstance,
  { version, maxListeners }: MetricsOptions,
): Promise<void> {
  const set = new MetricSet()
  const loopDelay = new LoopDelay()
  addSourceMetrics(set, app)
  addListenerMetrics(set, app, maxListeners)
  addNetworkMetrics(set, app)
  addServerMetrics(set, app, { version, loopDelay })
  app.addHook('onReady', async () => loopDelay.start())
  app.addHook('onClose', async () => loopDelay.stop())
  app.get('/metrics', async (_request, reply) =>
    reply
      .type(set.contentType)
      .header('cache-control', 'no-store')
      .send(await set.text()),
  )
}
