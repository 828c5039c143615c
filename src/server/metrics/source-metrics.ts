import type { FastifyInstance } from 'fastify'
import { RUNGS } from '../../shared/rungs.ts'
import type { SourceState } from '../../shared/wire/control.ts'
import '../plugins/capture.ts'
import '../plugins/session.ts'
import { unreadyReasons } from '../routes/readiness.ts'
import { CaptureTotals } from './capture-totals.ts'
import type { MetricSet } from './metric-set.ts'

const STATES = ['starting', 'running', 'restarting', 'stopped'] as const satisfies SourceState['state'][]
const ENCODED = RUNGS.filter(({ codec }) => codec === 'opus').map(({ name }) => name)

/** The sound, from the instrument to its packets. */
export function addSourceMetrics(
  set: MetricSet,
  { capture, session, encoders }: Pick<FastifyInstance, 'capture' | 'session' | 'encoders'>,
): void {
  const totals = followed(capture)
  const facts = () => capture.child?.facts

  set.gauge('backline_ready', '1 while sound can be had, as /health/ready says; else 0.', () => {
    const nowMs = performance.now()
    return unreadyReasons(session.status, encoders.failedMs(nowMs), nowMs).length === 0 ? 1 : 0
  })
  set.gauges('backline_source_state', '1 for the state the source is in, else 0.', ['state'], () =>
    STATES.map((state) => ({ labels: { state }, value: session.status.state === state ? 1 : 0 })),
  )
  set.counter('backline_capture_blocks_total', 'Blocks the device handed over.', () => totals.sums.blocks)
  set.counter(
    'backline_capture_overflows_total',
    'Overflows the device reported.',
    () => totals.sums.overflows,
  )
  set.counter('backline_capture_gaps_total', 'Times the source lost sound.', () => totals.sums.gaps)
  set.counter('backline_capture_gap_seconds_total', 'Sound the source lost.', () => totals.sums.gapMs / 1000)
  set.counter(
    'backline_capture_clipped_frames_total',
    'Frames whose mix was above full scale and was bent back.',
    () => totals.sums.clippedFrames,
  )
  set.counter(
    'backline_capture_dropped_blocks_total',
    'Blocks the server was too late to take from the capture child.',
    () => totals.sums.droppedBlocks,
  )
  set.counter(
    'backline_capture_restarts_total',
    'Starts of the capture child that nobody asked for.',
    () => capture.restarts,
  )
  set.histogram(
    'backline_capture_block_interval_seconds',
    'Time between two blocks at the capture child.',
    () => totals.intervalsMs,
  )
  set.gauge('backline_capture_cpu_ratio', 'Part of one core the capture child takes, over a second.', () => {
    const percent = facts()?.cpuPercent
    return percent === undefined ? undefined : percent / 100
  })
  set.gauge('backline_capture_resident_memory_bytes', 'Memory of the capture child.', () => {
    const mebibytes = facts()?.rssMb
    return mebibytes === undefined ? undefined : Math.round(mebibytes * 2 ** 20)
  })
  set.histograms('backline_encode_seconds', 'Time to encode one packet of an Opus rung.', () =>
    ENCODED.map((rung) => ({ labels: { rung }, counted: encoders.times.of(rung) })),
  )
  set.counter(
    'backline_opus_packets_shed_total',
    'Packets of sound the Opus worker was too slow or too dead to take.',
    () => encoders.counters.packetsShed,
  )
  set.counter(
    'backline_opus_restarts_total',
    'Deaths of the Opus worker that nobody asked for.',
    () => encoders.counters.restarts,
  )
}

/** Keeps what each child says last, 20 times a second. */
function followed(capture: FastifyInstance['capture']): CaptureTotals {
  const totals = new CaptureTotals()
  let shape = { rateHz: 1, periodFrames: 0 }
  capture.on('ready', ({ rateHz, periodFrames }) => {
    totals.begin()
    shape = { rateHz, periodFrames }
  })
  capture.on('levels', ({ counters }) => totals.note({ counters, ...shape }, capture.child?.facts?.intervals))
  return totals
}
