// One listener's hour in seconds: packets of a source with its own clock over a network, callbacks of a device with
// its own. Discrete events in virtual time; nothing here reads a clock, so a seed gives the same run everywhere.
import type { Profile } from '../../src/shared/playout/profile.ts'
import { Figures } from './figures.ts'
import type { MakeNetwork } from './networks.ts'
import { PositionResampler } from './position-resampler.ts'
import { Random } from './random.ts'
import { Receiver } from './receiver.ts'

export interface Scene {
  seconds: number
  seed: number
  network: MakeNetwork
  profile: Profile
  /** Frames the device asks for at once; a browser renders whole quanta of 128, with a carry. */
  callbackFrames: number
  packetMs: number
  rateHz?: number
  contextRateHz?: number
  sourcePpm?: number
  sinkPpm?: number
  /** How the source's clock error changes over time, added to sourcePpm. */
  wander?: (atMs: number) => number
  /** Each callback is late by U(0, this), ms. */
  callbackJitterMs?: number
  /** The device misses this many callbacks an hour for 20 ms each: what it did not ask for is gone. */
  missesPerHour?: number
  /** The thread that takes packets stands still for 5–50 ms so many times a second. */
  jankPerS?: number
  /** Nothing arrives during these, everything after. */
  outages?: readonly { atMs: number; ms: number }[]
  seedPpm?: number
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
  const rateHz = scene.rateHz ?? 48_000
  const contextRateHz = scene.contextRateHz ?? 48_000
  const random = new Random(scene.seed)
  const network = scene.network(new Random(scene.seed * 7919 + 1))
  const packetFrames = Math.round((scene.packetMs * rateHz) / 1000)
  const receiver = new Receiver({
    rateHz,
    contextRateHz,
    packetFrames,
    profile: scene.profile,
    seedPpm: scene.seedPpm ?? 0,
    ...(scene.sound ? {} : { makeResampler: (bandwidth) => new PositionResampler(bandwidth) }),
  })
  const { control } = receiver
  const endMs = scene.seconds * 1000
  const warmUpMs = scene.warmUpMs ?? WARM_UP_MS
  const sourceSpeed = 1 + (scene.sourcePpm ?? 0) * 1e-6
  const sinkSpeed = 1 + (scene.sinkPpm ?? 0) * 1e-6
  const wander = scene.wander

  // The packet that arrives next.
  let packet = 0
  let sentMs = 0
  let arrivalMs = 0
  let held = false
  let stalls = 0
  let jankUntilMs = 0
  let nextJankMs = scene.jankPerS ? random.untilNextMs(scene.jankPerS) : Number.POSITIVE_INFINITY
  const send = () => {
    if (packet > 0) sentMs += scene.packetMs / (sourceSpeed + (wander ? wander(sentMs) * 1e-6 : 0))
    let atMs = sentMs + network(sentMs)
    for (const outage of scene.outages ?? [])
      if (atMs >= outage.atMs && atMs < outage.atMs + outage.ms) atMs = outage.atMs + outage.ms
    while (nextJankMs < atMs) {
      jankUntilMs = nextJankMs + random.between(5, 50)
      nextJankMs += random.untilNextMs(scene.jankPerS as number)
    }
    if (!held && atMs - sentMs > HELD_MS && sentMs > warmUpMs) stalls++
    held = atMs - sentMs > HELD_MS
    // One connection: nothing overtakes.
    arrivalMs = Math.max(arrivalMs, atMs, jankUntilMs)
  }
  send()

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
  const driftPpm = (sourceSpeed / sinkSpeed - 1) * 1e6
  /** Stream time of a position: when its frame was captured, ms, on the packets' own grid. */
  let anchorMs = 0
  let anchorPosition = 0

  const callbackMs = (scene.callbackFrames / contextRateHz / sinkSpeed) * 1000
  let carry = 0
  let contextFrame = 0
  let deviceMs = random.between(0, callbackMs)
  let nextMissMs = scene.missesPerHour
    ? random.untilNextMs(scene.missesPerHour / 3600)
    : Number.POSITIVE_INFINITY
  const look: Look = { atMs: 0, targetMs: 0, delayMs: 0, ppm: 0, position: 0, playing: false, episodes: 0 }

  while (deviceMs < endMs) {
    const nowMs = deviceMs + (scene.callbackJitterMs ? random.between(0, scene.callbackJitterMs) : 0)
    while (arrivalMs <= nowMs) {
      const position = packet * packetFrames
      if (scene.sound) fill(receiver.pcm, position, packetFrames, scene.sound)
      receiver.take(position, packet, sentMs * 1000, arrivalMs)
      scene.rival?.packet(arrivalMs, sentMs)
      anchorMs = sentMs
      anchorPosition = position
      packet++
      send()
    }
    if (scene.rival) control.set('fixedTargetFrames', (scene.rival.targetMs() * rateHz) / 1000)
    carry += scene.callbackFrames
    const quanta = Math.floor(carry / 128)
    carry -= quanta * 128
    const out = scene.out
    receiver.callback(quanta, contextFrame, nowMs, out && ((left) => out(left, nowMs)))
    contextFrame += quanta * 128
    deviceMs += callbackMs
    if (deviceMs > nextMissMs) {
      deviceMs += 20
      nextMissMs += random.untilNextMs((scene.missesPerHour as number) / 3600)
    }

    look.atMs = nowMs
    look.playing = control.get('playing') === 1
    look.targetMs = (control.get('targetFrames') / rateHz) * 1000
    look.delayMs = (control.get('delayFrames') / rateHz) * 1000
    look.ppm = control.get('ppm')
    look.position = control.get('playPosition')
    look.episodes = control.get('underrunEpisodes')
    scene.watch?.(look)
    if (Number.isNaN(settleS) && look.playing) {
      smoothPpm += (look.ppm - smoothPpm) * Math.min(1, callbackMs / SMOOTH_MS)
      const calm = Math.abs(look.delayMs - look.targetMs) < 0.5 && Math.abs(smoothPpm - driftPpm) < 20
      if (!calm) settledSinceMs = Number.NaN
      else if (Number.isNaN(settledSinceMs)) settledSinceMs = nowMs
      else if (nowMs - settledSinceMs > 10_000) settleS = settledSinceMs / 1000
    }
    if (nowMs < warmUpMs) continue
    counted ??= counters()
    const pulled = (quanta * 128 * rateHz) / contextRateHz
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

function fill(pcm: Int16Array, position: number, frames: number, sound: (position: number) => number): void {
  for (let i = 0; i < frames; i++) {
    const sample = Math.round(sound(position + i) * 32767)
    pcm[2 * i] = sample
    pcm[2 * i + 1] = sample
  }
}
