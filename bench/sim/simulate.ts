// One listener's hour in seconds: packets of a source with its own clock over a network, callbacks of a device with
// its own. Discrete events in virtual time; nothing here reads a clock, so a seed gives the same run everywhere.
import { type Circumstances, RATE_HZ, receiverFor, speedOf } from './circumstances.ts'
import { Deliveries } from './deliveries.ts'
import { Figures } from './figures.ts'
import { OutputDevice } from './output-device.ts'
import { Random } from './random.ts'

export interface Scene extends Circumstances {
  /** Figures start here, ms. */
  warmUpMs?: number
  /** Chooses the target instead of the product, ms; told of each packet. */
  rival?: { packet(arrivalMs: number, sentMs: number): void; targetMs(): number }
  /** Sample at a position: then the sound is rendered for real, and `out` hears it. */
  sound?: (position: number) => number
  out?: (left: Float32Array, atMs: number) => void
  /** Called after each callback. */
  watch?: (look: Look) => void
}

export interface Look {
  atMs: number
  targetMs: number
  /** Behind what could be playing, ms, at the start of the callback, smoothed. */
  delayMs: number
  ppm: number
  position: number
  playing: boolean
  /** Underrun episodes so far. */
  episodes: number
}

export interface Outcome {
  hours: number
  targetMs: number
  /** Capture → end of the callback that plays it, ms. */
  delayMs: number
  delayP95Ms: number
  episodesPerHour: number
  concealedMsPerHour: number
  /** How often the network held packets back for more than HELD_MS. */
  stallsPerHour: number
  ppmMean: number
  ppmSd: number
  ppmMax: number
  resyncs: number
  /** Until the error stays within 0.5 ms and the rate (smoothed, 5 s) within 20 ppm of the clocks' for 10 s; NaN: never. */
  settleS: number
  burstMs: number
}

const WARM_UP_MS = 30_000
const HELD_MS = 45
/** The rate is called settled by its mean of about so long. */
const SMOOTH_MS = 5000

export function simulate(scene: Scene): Outcome {
  const { rateHz = RATE_HZ, contextRateHz = RATE_HZ, out, sound } = scene
  const random = new Random(scene.seed)
  const receiver = receiverFor(scene, sound !== undefined)
  const { control } = receiver
  const endMs = scene.seconds * 1000
  const warmUpMs = scene.warmUpMs ?? WARM_UP_MS
  const sourceSpeed = speedOf(scene.sourcePpm)

  let held = false
  let stalls = 0
  const onSent = (sentMs: number, networkMs: number) => {
    if (!held && networkMs - sentMs > HELD_MS && sentMs > warmUpMs) stalls++
    held = networkMs - sentMs > HELD_MS
  }
  const deliveries = new Deliveries(scene, random, { sound, onSent })
  const device = new OutputDevice(scene, random)

  const targets = new Figures()
  const delays = new Figures()
  const rates = new Figures()
  let smoothPpm = 0
  let settledSinceMs = Number.NaN
  let settleS = Number.NaN
  let counted: { episodes: number; concealed: number; resyncs: number } | undefined
  const counters = () => ({
    episodes: control.get('underrunEpisodes'),
    concealed: control.get('concealedFrames'),
    resyncs: control.get('resyncs'),
  })
  const driftPpm = (sourceSpeed / speedOf(scene.sinkPpm) - 1) * 1e6
  /** Stream time of a position: when its frame was captured, ms, on the packets' own grid. */
  let anchorMs = 0
  let anchorPosition = 0
  const onTaken = () => {
    scene.rival?.packet(deliveries.arrivalMs, deliveries.sentMs)
    anchorMs = deliveries.sentMs
    anchorPosition = deliveries.position
  }

  const look: Look = { atMs: 0, targetMs: 0, delayMs: 0, ppm: 0, position: 0, playing: false, episodes: 0 }

  while (device.dueMs < endMs) {
    const nowMs = device.comesMs()
    deliveries.handOver(receiver, nowMs, 0, onTaken)
    if (scene.rival) control.set('fixedTargetFrames', (scene.rival.targetMs() * rateHz) / 1000)
    const rendered = device.callback(receiver, nowMs, out && ((left) => out(left, nowMs)))

    look.atMs = nowMs
    look.playing = control.get('playing') === 1
    look.targetMs = (control.get('targetFrames') / rateHz) * 1000
    look.delayMs = (control.get('delayFrames') / rateHz) * 1000
    look.ppm = control.get('ppm')
    look.position = control.get('playPosition')
    look.episodes = control.get('underrunEpisodes')
    scene.watch?.(look)
    if (Number.isNaN(settleS) && look.playing) {
      smoothPpm += (look.ppm - smoothPpm) * Math.min(1, device.callbackMs / SMOOTH_MS)
      const calm = Math.abs(look.delayMs - look.targetMs) < 0.5 && Math.abs(smoothPpm - driftPpm) < 20
      if (!calm) settledSinceMs = Number.NaN
      else if (Number.isNaN(settledSinceMs)) settledSinceMs = nowMs
      else if (nowMs - settledSinceMs > 10_000) settleS = settledSinceMs / 1000
    }
    if (nowMs < warmUpMs) continue
    counted ??= counters()
    const pulled = (rendered * rateHz) / contextRateHz
    targets.add(look.targetMs)
    rates.add(look.ppm)
    const capturedMs = anchorMs + ((look.position + pulled - anchorPosition) / rateHz / sourceSpeed) * 1000
    delays.add(nowMs - capturedMs)
  }

  const hours = (endMs - warmUpMs) / 3_600_000
  const before = counted ?? counters()
  const after = counters()
  return {
    hours,
    targetMs: targets.mean,
    delayMs: delays.mean,
    delayP95Ms: delays.quantile(0.95),
    episodesPerHour: (after.episodes - before.episodes) / hours,
    concealedMsPerHour: ((after.concealed - before.concealed) / rateHz / hours) * 1000,
    stallsPerHour: stalls / hours,
    ppmMean: rates.mean,
    ppmSd: rates.sd,
    ppmMax: rates.max,
    resyncs: after.resyncs - before.resyncs,
    settleS,
    burstMs: (control.get('burstFrames') / rateHz) * 1000,
  }
}
