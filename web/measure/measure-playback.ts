import type { ControlBlock } from '../../src/shared/ring/control-block.ts'
import type { MarkerTimes } from '../../src/shared/wire/measure.ts'
import { ask } from '../desk/ask.ts'
import { isNumber, isRecord } from '../network/checks.ts'
import type { AudioOutput } from '../player/output/audio-output.ts'
import { type LatencyMs, UNKNOWN_LATENCY } from '../player/output/latency-meter.ts'
import type { WorkerTime } from '../player/worker-time.ts'
import { type MeasureResult, measure } from './measure.ts'

const TIMES = ['streamId', 'position', 'captureUs', 'mixedUs', 'handedUs', 'receivedUs', 'sentUs'] as const
/** One listening, as it is now. */
export interface Listening {
  control: ControlBlock
  output: AudioOutput
  /** Of this listener's connection; undefined: there is none. */
  config: { listener?: number } | undefined
  stream: { rateHz: number } | undefined
  time: WorkerTime
  latency: LatencyMs | undefined
}

/** Measures the path of one listening. Thread: page. */
export function measurePlayback(listening: Listening): Promise<MeasureResult> {
  const { control, output, config, stream, time, latency = UNKNOWN_LATENCY } = listening
  return measure({
    control,
    rateHz: stream?.rateHz ?? Number.NaN,
    contextRateHz: output.context.sampleRate,
    estimate: latency,
    leadMs: output.alignment.lead.ms,
    stamp: () => {
      const { contextTimeS, performanceMs } = output.reading()
      if (!(contextTimeS > 0 && performanceMs > 0)) return undefined
      return { contextS: contextTimeS, localMs: time.nowMs(performanceMs) }
    },
    send: () => ask('POST', '/api/measure', isMarkerTimes, { listener: config?.listener ?? 0 }),
    nowMs: () => time.nowMs(),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  })
}

function isMarkerTimes(value: unknown): value is MarkerTimes {
  return isRecord(value) && TIMES.every((name) => isNumber(value[name]))
}
