// One listener in trouble, in virtual time: audio that is lost, devices and sources that stand still, computers that
// sleep, clocks that are set. What `simulate` measures over hours, this watches callback by callback, for tests.
import type { MediaLine } from '../../src/shared/ring/control-block.ts'
import { type Circumstances, RATE_HZ, receiverFor, type Span } from './circumstances.ts'
import { Deliveries } from './deliveries.ts'
import { OutputDevice } from './output-device.ts'
import { Random } from './random.ts'

export interface Trial extends Circumstances {
  fixedTargetMs?: number
  /** The device asks for nothing. */
  deviceStalls?: readonly Span[]
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
  const rateHz = trial.rateHz ?? RATE_HZ
  const random = new Random(trial.seed)
  const { sound, sleeps = [] } = trial
  // Virtual time is the server's. Where local time stops, the server and Date.now() get ahead of it.
  let stoppedMs = 0
  let setMs = 0
  const dateMs = (localMs: number) => Math.floor(localMs + stoppedMs + setMs + 0.37)
  const receiver = receiverFor(trial, sound !== undefined, dateMs)
  const { control, ring } = receiver
  if (trial.fixedTargetMs) control.set('fixedTargetFrames', (trial.fixedTargetMs * rateHz) / 1000)
  const deliveries = new Deliveries(trial, random, {
    sound: sound && ((position) => sound[position % sound.length] as number),
    sleeps,
  })
  const device = new OutputDevice(trial, random)
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
  let togetherFrames = 0

  const hear = (left: Float32Array) => {
    heard.out.set(left, heard.frames)
    heard.frames += left.length
  }

  while (device.dueMs < trial.seconds * 1000) {
    const stand = stands[0]
    if (stand !== undefined && device.dueMs >= stand.atMs) {
      stands.shift()
      device.dueMs += stand.ms
      continue
    }
    const nowMs = Math.max(heard.atMs, device.comesMs())
    while (sets[0] !== undefined && nowMs >= sets[0].atMs) setMs += (sets.shift() as Span).ms
    while (stops[0] !== undefined && nowMs >= stops[0].atMs + stops[0].ms)
      stoppedMs += (stops.shift() as Span).ms
    deliveries.handOver(receiver, nowMs, stoppedMs)
    heard.frames = 0
    const { position } = heard
    device.callback(receiver, nowMs - stoppedMs, hear)

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
    // Callbacks whose clock has not moved share one position, though each plays on from the one before.
    togetherFrames = heard.position === position ? togetherFrames + heard.frames : heard.frames
    const from = Math.floor(heard.position) - beforeFrames
    const span = beforeFrames + Math.ceil((togetherFrames * rateHz) / (trial.contextRateHz ?? RATE_HZ)) + 64
    heard.there = heard.playing && from >= 0 && ring.available(from, span) === span
    trial.watch(heard)
  }
  return heard
}
