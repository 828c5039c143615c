// Thread: page. Sends a marker through the running path, and says what it took from hop to hop. Loaded when it is needed.
import { MARKER_S } from '../../src/shared/dsp/marker.ts'
import type { ControlBlock } from '../../src/shared/ring/control-block.ts'
import type { MarkerTimes } from '../../src/shared/wire/measure.ts'
import type { LatencyMs } from '../player/output/latency-meter.ts'
import { type Hop, type Hops, hopsOf } from './hops.ts'

/** What a measurement needs of the listening. Times are local, ms. */
export interface MeasuredPath {
  control: ControlBlock
  /** Of the stream and of the audio context that is heard. */
  rateHz: number
  contextRateHz: number
  estimate: LatencyMs
  /** Between leaving the worklet and being heard, where the output says nothing of the moment, ms; undefined: not known yet. */
  leadMs: number | undefined
  /** Which time of the context is being heard now; undefined: the output does not say. */
  stamp(): Stamp | undefined
  /** Has the marker sent to this listener. Rejects with an error whose message is for a person. */
  send(): Promise<MarkerTimes>
  nowMs(): number
  wait(ms: number): Promise<void>
}

export interface Stamp {
  contextS: number
  localMs: number
}

/** How a measurement ended that found nothing. */
export type MissedWhy = 'refused' | 'not-arrived' | 'paused' | 'not-played' | 'not-heard' | 'no-clock'

export type MeasureResult =
  | ({
      detected: true
      /** 0 … 1: how clearly the marker stood out. */
      confidence: number
      words: string
    } & Hops)
  | { detected: false; why: MissedWhy; words: string }

/** How long each of the steps may take that take a few milliseconds, and the delay of the mode beside it, ms. */
const PATIENCE_MS = 5000
const LOOK_MS = 20
/**
 * Of the output's timestamps, those count that are so near to the marker: a device that stood still moves them. Each is a
 * millisecond or two off, so there have to be some; looks so many times after the marker was found.
 */
const NEAR_S = 0.2
const FEWEST_STAMPS = 3
const MOST_STAMPS = 50
const LOOKS_AFTER = 6
/** A marker this many times above the rest is beyond doubt. */
const SURE_SCORE = 25

const WORDS: Record<Exclude<MissedWhy, 'refused'>, string> = {
  'not-arrived':
    'The marker did not arrive: the connection was lost, or its sound was left out. Measure again.',
  paused: 'The room is paused, so the marker was not played. Start the room and measure again.',
  'not-played': 'The marker arrived and was not played in time: the sound stopped, or the room was moved.',
  'not-heard': 'The marker was not found in what was played: it fell into a gap or a jump. Measure again.',
  'no-clock':
    'The times of the output or of the server are not known yet. Listen for a few seconds and measure again.',
}

/** Never rejects for what may happen outside: then the result says why nothing was found. */
export async function measure(path: MeasuredPath): Promise<MeasureResult> {
  const { control } = path
  const serial = control.get('markerSerial')
  let times: MarkerTimes
  try {
    times = await path.send()
  } catch (error) {
    return { detected: false, why: 'refused', words: error instanceof Error ? error.message : String(error) }
  }
  const arrived = () =>
    control.get('markerSerial') > serial && control.get('markerStreamPosition') === times.position
  if (!(await until(path, arrived, PATIENCE_MS))) return missed('not-arrived')
  if (Number.isNaN(control.get('markerPosition'))) return missed('paused')
  const seen = control.get('markerSerial')
  const stamps: Stamp[] = []
  const done = () => {
    takeStamp(path, stamps)
    return control.get('markerDone') === seen
  }
  if (!(await until(path, done, PATIENCE_MS + playsInMs(path)))) return missed('not-played')
  for (let look = 0; look < LOOKS_AFTER; look++) {
    await path.wait(LOOK_MS)
    takeStamp(path, stamps)
  }
  return found(path, times, stamps)
}

function takeStamp(path: MeasuredPath, stamps: Stamp[]): void {
  const stamp = path.stamp()
  if (stamp !== undefined) stamps.push(stamp)
  if (stamps.length > MOST_STAMPS) stamps.shift()
}

/** Local time at which this time of the context is heard; undefined: too few said so. The middle of what they say. */
function heardMs(contextS: number, stamps: readonly Stamp[]): number | undefined {
  const near = stamps.filter((stamp) => Math.abs(stamp.contextS - contextS) < NEAR_S)
  if (near.length < FEWEST_STAMPS) return undefined
  const zeros = near.map((stamp) => stamp.localMs - stamp.contextS * 1000).sort((a, b) => a - b)
  return (zeros[zeros.length >> 1] as number) + contextS * 1000
}

function found(path: MeasuredPath, times: MarkerTimes, stamps: readonly Stamp[]): MeasureResult {
  const { control, contextRateHz, rateHz, leadMs, estimate } = path
  const frame = control.get('markerFrame')
  if (Number.isNaN(frame)) return missed('not-heard')
  const offsetMs = control.get('clockOffsetMs')
  const leftMs = control.get('markerMs')
  const heard =
    heardMs(frame / contextRateHz, stamps) ?? (leadMs === undefined ? Number.NaN : leftMs + leadMs)
  if (Number.isNaN(heard + offsetMs)) return missed('no-clock')
  const intoPacketFrames = control.get('markerPosition') - control.get('markerFrom')
  const arrivedMs = control.get('markerArrivedMs')
  const sighting = { intoPacketFrames, arrivedMs, heardMs: heard, leftMs, offsetMs, rateHz }
  const hops = hopsOf(times, sighting, estimate)
  const confidence = Math.min(1, control.get('markerScore') / SURE_SCORE)
  return { detected: true, confidence, words: foundWords(hops), ...hops }
}

function missed(why: keyof typeof WORDS): MeasureResult {
  return { detected: false, why, words: WORDS[why] }
}

function foundWords({ hops, totalMs, estimateMs }: Hops): string {
  const total = `The marker took ${totalMs.toFixed(1)} ms`
  if (estimateMs === null) return `${total}. There is no estimate yet.`
  const off = totalMs - estimateMs
  if (Math.abs(off) < 1) return `${total}, as estimated.`
  const most = hops.reduce((a, b) => (offBy(b, hops) > offBy(a, hops) ? b : a))
  const than = `${Math.abs(off).toFixed(1)} ms ${off > 0 ? 'more' : 'less'} than estimated`
  return `${total}, ${than}, most of it in the ${most.name}.`
}

/** How far a hop is from its estimate; the server's is in that of the capture. */
export function offBy({ name, measuredMs, estimateMs }: Hop, hops: readonly Hop[]): number {
  if (estimateMs === null) return 0
  const server = name === 'capture' ? (hops.find((hop) => hop.name === 'server')?.measuredMs ?? 0) : 0
  return Math.abs(measuredMs + server - estimateMs)
}

/** Until the marker has left the worklet, by where that is now. */
function playsInMs({ control, rateHz }: MeasuredPath): number {
  const frames = control.get('markerPosition') - control.get('playPosition')
  return Math.max(0, (frames * 1000) / rateHz) + MARKER_S * 1000
}

/** False: it took longer than that. */
async function until({ nowMs, wait }: MeasuredPath, done: () => boolean, mostMs: number): Promise<boolean> {
  const startMs = nowMs()
  while (!done()) {
    if (nowMs() - startMs > mostMs) return false
    await wait(LOOK_MS)
  }
  return true
}
