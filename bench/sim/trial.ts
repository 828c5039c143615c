// One listener in trouble, in virtual time: audio that is lost, devices and sources that stand still, computers that
// sleep, clocks that are set. What `simulate` measures over hours, this watches callback by callback, for tests.
import type { Profile } from '../../src/shared/playout/profile.ts'
import type { MediaLine } from '../../src/shared/ring/control-block.ts'
import type { MakeNetwork } from './networks.ts'
import { PositionResampler } from './position-resampler.ts'
import { Random } from './random.ts'
import { Receiver } from './receiver.ts'

export interface Span {
  atMs: number
  ms: number
}

export interface Trial {
  seconds: number
  seed: number
  network: MakeNetwork
  profile: Profile
  callbackFrames: number
  packetMs: number
  rateHz?: number
  contextRateHz?: number
  sourcePpm?: number
  sinkPpm?: number
  /** Added to sourcePpm, at a time in ms. */
  wander?: (atMs: number) => number
  seedPpm?: number
  fixedTargetMs?: number
  /** Each callback is late by U(0, this), ms. */
  callbackJitterMs?: number
  /** Callbacks that never come, an hour: what the device did not ask for within 20 ms is gone. */
  missesPerHour?: number
  /** The thread that takes packets stands still for 5–50 ms so many times a second. */
  jankPerS?: number
  /** What would arrive within comes right after, or with `lost` never. */
  outages?: readonly (Span & { lost?: boolean })[]
  /** Share of packets that are lost, each by itself. */
  loss?: number
  /** The device asks for nothing. */
  deviceStalls?: readonly Span[]
  /** The source records nothing, and its capture times step over it. */
  sourcePauses?: readonly Span[]
  /** Neither callbacks nor packets; `localStops`: performance.now() does not count it, Date.now() does. */
  sleeps?: readonly (Span & { localStops?: boolean })[]
  /** Somebody sets Date.now() by so much. */
  dateSteps?: readonly Span[]
  /** A second of sound, over and over: then it is rendered for real. */
  sound?: Float32Array
  watch: (heard: Heard) => void
}

/** After each callback. Reused: copy what is kept. */
export interface Heard {
  atMs: number
  playing: boolean
  targetMs: number
  burstMs: number
  /** What could be playing − what is, ms, at the start of the callback; and smoothed. */
  delayMs: number
  smoothDelayMs: number
  ppm: number
  /** Of the first frame put out. */
  position: number
  episodes: number
  concealedFrames: number
  resyncs: number
  /** True when the ring held all that was played and the 12 ms before it. */
  there: boolean
  /** What was put out; valid inside the call. */
  out: Float32Array
  /** How much of `out` this callback wrote. */
  frames: number
}

/** Runs it to the end. */
export function perform(trial: Trial): Heard {
  const rateHz = trial.rateHz ?? 48_000
  const contextRateHz = trial.contextRateHz ?? 48_000
  const random = new Random(trial.seed)
  const network = trial.network(new Random(trial.seed * 7919 + 1))
  const packetFrames = Math.round((trial.packetMs * rateHz) / 1000)
  const { sound } = trial
  const sleeps = trial.sleeps ?? []
  // Virtual time is the server's. Where local time stops, the server and Date.now() get ahead of it.
  let stoppedMs = 0
  let setMs = 0
  const receiver = new Receiver({
    rateHz,
    contextRateHz,
    packetFrames,
    profile: trial.profile,
    seedPpm: trial.seedPpm ?? 0,
    dateMs: (localMs) => Math.floor(localMs + stoppedMs + setMs + 0.37),
    ...(sound ? {} : { makeResampler: (bandwidth) => new PositionResampler(bandwidth) }),
  })
  const { control, ring } = receiver
  if (trial.fixedTargetMs) control.set('fixedTargetFrames', (trial.fixedTargetMs * rateHz) / 1000)
  const sourceSpeed = 1 + (trial.sourcePpm ?? 0) * 1e-6
  const sinkSpeed = 1 + (trial.sinkPpm ?? 0) * 1e-6

  let packet = 0
  let sentMs = 0
  let arrivalMs = 0
  let lost = false
  let jankUntilMs = 0
  let nextJankMs = trial.jankPerS ? random.untilNextMs(trial.jankPerS) : Number.POSITIVE_INFINITY
  const pauses = [...(trial.sourcePauses ?? [])]
  const send = () => {
    if (packet > 0)
      sentMs += trial.packetMs / (sourceSpeed + (trial.wander ? trial.wander(sentMs) * 1e-6 : 0))
    if (pauses[0] !== undefined && sentMs >= pauses[0].atMs) sentMs += (pauses.shift() as Span).ms
    let atMs = sentMs + network(sentMs)
    lost = trial.loss !== undefined && random.next() < trial.loss
    for (const outage of trial.outages ?? []) {
      if (!within(outage, atMs)) continue
      atMs = outage.atMs + outage.ms
      if (outage.lost) lost = true
    }
    for (const sleep of sleeps) if (within(sleep, atMs)) lost = true
    while (nextJankMs < atMs) {
      jankUntilMs = nextJankMs + random.between(5, 50)
      nextJankMs += random.untilNextMs(trial.jankPerS as number)
    }
    // One connection: nothing overtakes.
    arrivalMs = Math.max(arrivalMs, atMs, jankUntilMs)
  }
  send()

  const callbackMs = (trial.callbackFrames / contextRateHz / sinkSpeed) * 1000
  let carry = 0
  let contextFrame = 0
  let deviceMs = random.between(0, callbackMs)
  let nextMissMs = trial.missesPerHour
    ? random.untilNextMs(trial.missesPerHour / 3600)
    : Number.POSITIVE_INFINITY
  const stands = [...(trial.deviceStalls ?? []), ...sleeps].sort((a, b) => a.atMs - b.atMs)
  const stops = sleeps.filter((sleep) => sleep.localStops)
  const sets = [...(trial.dateSteps ?? [])]
  const line: MediaLine = { serial: 0, ms: 0, position: 0, rateHz: 0 }
  const heard: Heard = {
    atMs: 0,
    playing: false,
    targetMs: Number.NaN,
    burstMs: 0,
    delayMs: Number.NaN,
    smoothDelayMs: Number.NaN,
    ppm: 0,
    position: Number.NaN,
    episodes: 0,
    concealedFrames: 0,
    resyncs: 0,
    there: false,
    out: new Float32Array(trial.callbackFrames + 128),
    frames: 0,
  }
  const beforeFrames = Math.ceil(0.012 * rateHz)

  while (deviceMs < trial.seconds * 1000) {
    const stand = stands[0]
    if (stand !== undefined && deviceMs >= stand.atMs) {
      stands.shift()
      deviceMs += stand.ms
      continue
    }
    const lateMs = trial.callbackJitterMs ? random.between(0, trial.callbackJitterMs) : 0
    const nowMs = Math.max(heard.atMs, deviceMs + lateMs)
    while (sets[0] !== undefined && nowMs >= sets[0].atMs) setMs += (sets.shift() as Span).ms
    while (stops[0] !== undefined && nowMs >= stops[0].atMs + stops[0].ms)
      stoppedMs += (stops.shift() as Span).ms
    while (arrivalMs <= nowMs) {
      const position = packet * packetFrames
      if (!lost) {
        if (sound) fill(receiver.pcm, position, packetFrames, sound)
        receiver.take(position, packet, sentMs * 1000, arrivalMs - stoppedMs)
      }
      packet++
      send()
    }
    carry += trial.callbackFrames
    const quanta = Math.floor(carry / 128)
    carry -= quanta * 128
    heard.frames = 0
    receiver.callback(quanta, contextFrame, nowMs - stoppedMs, (left) => {
      heard.out.set(left, heard.frames)
      heard.frames += left.length
    })
    contextFrame += quanta * 128
    deviceMs += callbackMs
    if (deviceMs > nextMissMs) {
      deviceMs += 20
      nextMissMs += random.untilNextMs((trial.missesPerHour as number) / 3600)
    }

    const perMs = rateHz / 1000
    heard.atMs = nowMs
    heard.playing = control.get('playing') === 1
    heard.targetMs = control.get('targetFrames') / perMs
    heard.burstMs = control.get('burstFrames') / perMs
    heard.smoothDelayMs = control.get('delayFrames') / perMs
    heard.ppm = control.get('ppm')
    heard.position = control.get('playPosition')
    heard.episodes = control.get('underrunEpisodes')
    heard.concealedFrames = control.get('concealedFrames')
    heard.resyncs = control.get('resyncs')
    control.readLine(line)
    heard.delayMs = nowMs - stoppedMs - line.ms + (line.position - heard.position) / perMs
    const from = Math.floor(heard.position) - beforeFrames
    const span = beforeFrames + Math.ceil((heard.frames * rateHz) / contextRateHz) + 64
    heard.there = heard.playing && from >= 0 && ring.available(from, span) === span
    trial.watch(heard)
  }
  return heard
}

function within({ atMs, ms }: Span, t: number): boolean {
  return t >= atMs && t < atMs + ms
}

function fill(pcm: Int16Array, position: number, frames: number, sound: Float32Array): void {
  for (let i = 0; i < frames; i++) {
    const sample = Math.round((sound[(position + i) % sound.length] as number) * 32767)
    pcm[2 * i] = sample
    pcm[2 * i + 1] = sample
  }
}
