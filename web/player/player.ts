import type { Profile } from '../../src/shared/playout/profile.ts'
import { rungNamed } from '../../src/shared/rungs.ts'
import type { Mode } from '../../src/shared/wire/room-names.ts'
import type { SetRoom, Transport } from '../../src/shared/wire/room-schema.ts'
import type { MeasureResult } from '../measure/measure.ts'
import type { LostWhy, RungWish } from '../network/messages.ts'
import { serverPath } from './address/base-path.ts'
import { type RoomAddress, roomAddress } from './address/room-address.ts'
import type { Calibration } from './calibration/calibrate.ts'
import { findObstacle, type Obstacle, type Surroundings } from './capability.ts'
import { ModeMemory, modeNamed } from './memory/mode-memory.ts'
import { RungMemory } from './memory/rung-memory.ts'
import { browserStore } from './memory/store.ts'
import { mediaOf, OutputDevices } from './output/output-devices.ts'
import { TrimMemory, trimWithin } from './output/trim-memory.ts'
import { type OnArrivals, Playback } from './playback.ts'
import type { PlayerSnapshot } from './player-snapshot.ts'
import { playerState } from './player-state.ts'
import { PolledStore } from './polled-store.ts'
import { readStats, type Stats } from './stats.ts'

export interface ListenOptions {
  /** Fixes the playout delay, device burst included; else it is as small as it can be. */
  targetMs?: number
  /** How delay is weighed against glitches; 'balanced' unless told. */
  profile?: Profile
  /** A rung of the quality ladder for this listening, or 'auto'; as chosen on the page unless told. */
  rung?: RungWish
  /** By oneself, or with others, for this listening; as chosen on the page unless told. */
  mode?: Mode
}

/** The engine behind the page: outlives every single listening. Thread: page. */
export class Player {
  readonly store: PolledStore<PlayerSnapshot>
  /** Where the sound comes out, and what else there is. */
  readonly outputs: OutputDevices
  readonly #obstacle: Obstacle | undefined
  #playback: Playback | undefined
  readonly #rungs: RungMemory
  /** What was chosen on this page. */
  #wish: RungWish
  readonly #modes: ModeMemory
  #mode: Mode
  readonly #address: RoomAddress
  #volume = 1
  #muted = false
  #outputId = ''
  #why: LostWhy = 'unreachable'
  #onArrivals: OnArrivals | undefined

  constructor(around: Surroundings = globalThis) {
    this.#obstacle = findObstacle(around)
    this.#rungs = new RungMemory(browserStore())
    this.#wish = this.#rungs.loadWish()
    this.#modes = new ModeMemory(browserStore())
    this.#mode = this.#modes.load()
    this.#address = roomAddress(globalThis.location ?? { pathname: '/', search: '' })
    this.outputs = new OutputDevices({
      media: mediaOf(around),
      store: browserStore(),
      current: () => this.#outputId,
      use: this.setOutput,
      onChange: () => this.store.refresh(),
    })
    this.store = new PolledStore(() => this.#read())
  }

  /**
   * Starts, or does nothing when already listening. Browsers let sound out only after a click or a key. Throws RangeError for
   * a rung or a mode there is not.
   */
  readonly listen = (options: ListenOptions = {}): void => {
    if (this.#obstacle) return
    // After a failure Listen means: once more, from the beginning.
    if (this.stats().state === 'failed') this.stop()
    if (this.#playback) return
    if (options.rung) this.#wish = known(options.rung)
    if (options.mode) this.#mode = knownMode(options.mode)
    const url = new URL(serverPath('/ws/audio'), location.href)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    this.#playback = new Playback({
      url: url.href,
      volume: this.#volume,
      muted: this.#muted,
      targetMs: options.targetMs ?? 0,
      profile: options.profile ?? 'balanced',
      wish: this.#wish,
      rungs: this.#rungs,
      deviceId: this.#outputId,
      mode: this.#mode,
      address: this.#address,
      onChange: this.store.refresh,
      onOutputGivenUp: () => {
        this.#outputId = ''
        this.outputs.givenUp()
      },
    })
    if (this.#onArrivals) this.#playback.tellArrivals(this.#onArrivals)
    this.store.refresh()
  }

  /** Fades out and lets socket and device go. */
  readonly stop = (): void => {
    this.#playback?.stop()
    this.#playback = undefined
    this.store.refresh()
  }

  /** 0 … 1, as on a fader. */
  readonly setVolume = (volume: number): void => {
    this.#volume = Math.min(1, Math.max(0, volume))
    this.#playback?.output.setVolume(this.#volume)
  }

  /** Fades the stream out, or in again, in 10 ms; the volume stays. Not remembered: nobody comes back to silence. */
  readonly setMuted = (muted: boolean): void => {
    this.#muted = muted
    this.#playback?.setMuted(muted)
    this.store.refresh()
  }

  /**
   * Pins a rung of the quality ladder, or leaves it to the server ('auto'). While listening the sound goes on and is
   * cross-faded; remembered for the next visit. Throws RangeError for a rung the ladder does not have.
   */
  readonly setRung = (wish: RungWish): void => {
    this.#wish = known(wish)
    this.#rungs.saveWish(wish)
    this.#playback?.setRung(wish)
    this.store.refresh()
  }

  /**
   * Plays through another output device from now on: `deviceId` as enumerateDevices() names it, '' for the system's
   * default. The stream goes on. Rejects, and stays where it is, when the device can not be opened.
   */
  readonly setOutput = async (deviceId: string): Promise<void> => {
    await this.#playback?.output.setOutput(deviceId)
    this.#outputId = deviceId
  }

  /**
   * Live, together or steady from now on; remembered for the next visit. While listening the sound goes on. Throws
   * RangeError for a mode there is not.
   */
  readonly setMode = (mode: Mode): void => {
    this.#mode = knownMode(mode)
    this.#modes.save(mode)
    this.#playback?.setMode(mode)
    this.store.refresh()
  }

  /** How much later this output is heard than is known of it, ms within ±500; remembered for the device. */
  readonly setTrim = (trimMs: number): void => {
    const memory = new TrimMemory(browserStore())
    const device = this.#outputId
    if (this.#playback) this.#playback.setTrim(trimMs)
    else memory.save(device, { ...memory.load(device), trimMs: trimWithin(trimMs) })
    this.store.refresh()
  }

  /** A click at every whole second of the server, while listening. */
  readonly testClick = (on: boolean): void => {
    this.#playback?.click.set(on)
    this.store.refresh()
  }

  /**
   * Measures the output by the microphone; applies nothing. `onBegin`: it may be used, the chirps begin. Rejects with words for
   * a person; undefined: too little was heard.
   */
  readonly calibrate = async (onBegin: () => void = () => {}): Promise<Calibration | undefined> => {
    if (!this.#playback) throw new Error('Nothing can be measured before the sound plays.')
    return this.#playback.calibrate(onBegin)
  }

  /** For a recording: this is told of every packet, in this listening and those after it; undefined: nobody is. */
  readonly tellArrivals = (onArrivals: OnArrivals | undefined): void => {
    this.#onArrivals = onArrivals
    this.#playback?.tellArrivals(onArrivals)
  }

  /** Measures every hop with a short quiet sound that everybody hears. Rejects with words for a person where nothing plays. */
  readonly measure = async (): Promise<MeasureResult> => {
    if (!this.#playback?.audible) throw new Error('Nothing can be measured before the sound plays.')
    return this.#playback.measure()
  }

  /** For controllers, while listening; whoever is none is refused by the server. */
  readonly transport = (wish: Omit<Transport, 'type'>): void => {
    this.#playback?.transport({ ...wish, type: 'transport' })
  }

  /** As `transport`: the settings of the room. */
  readonly setRoom = (wish: Omit<SetRoom, 'type'>): void => {
    this.#playback?.setRoom({ ...wish, type: 'set_room' })
  }

  /** Until the scheduled change is heard, by the synced clock, ms; null: nothing is scheduled. */
  readonly countdown = (): number | null =>
    this.#playback?.room.countdownMs(this.#playback.time.nowMs()) ?? null

  readonly stats = (): Stats => {
    const playback = this.#playback
    const state = playback ? playerState(playback.link, playback.problem, playback.audible) : 'idle'
    return readStats({
      state: this.#obstacle ? 'failed' : state,
      control: playback?.control,
      device: playback?.output.device,
      stream: playback?.stream,
      latency: playback?.latency,
      rung: playback?.rung,
      wish: playback?.wish ?? this.#wish,
      linkState: playback?.linkState,
      mode: this.#mode,
      room: playback?.room.state,
      serverNowMs: playback?.serverMs,
      leadFrom: playback?.output.alignment.lead.source,
    })
  }

  /** The control block of the listening there is, for a level meter: it may be read in any thread. */
  readonly levelMemory = (): SharedArrayBuffer | undefined => this.#playback?.memory

  #read(): PlayerSnapshot {
    const playback = this.#playback
    const stats = this.stats()
    return {
      stats,
      obstacle: this.#obstacle,
      source: playback?.config?.source,
      rungs: playback?.config?.rungs,
      sourceState: playback?.source,
      lost: stats.state === 'reconnecting' ? this.#lost() : undefined,
      denied: playback?.denied,
      soundBlocked: playback?.soundBlocked ?? false,
      outputLost: playback?.output.lost ?? false,
      muted: this.#muted,
      outputs: this.outputs.snapshot(),
      problem: playback?.link?.phase === 'refused' ? 'refused' : playback?.problem,
      room: {
        asked: this.#address.role,
        refusal: playback?.room.refusal(performance.now()),
        feedback: playback?.room.feedback ?? [],
        testClick: playback?.click.on ?? false,
      },
    }
  }

  #lost(): { why: LostWhy; retryInS?: number } {
    const { link, time } = this.#playback ?? {}
    if (link?.phase !== 'waiting' || !time) return { why: this.#why }
    this.#why = link.why
    const waitMs = link.retryAtMs - time.nowMs()
    return { why: link.why, retryInS: Math.max(0, Math.ceil(waitMs / 1000)) }
  }
}

/** A wish that came from a script: one the server would refuse must not be asked for again and again. */
function known(wish: RungWish): RungWish {
  return wish === 'auto' ? wish : rungNamed(wish).name
}

function knownMode(mode: Mode): Mode {
  const known = modeNamed(mode)
  if (!known) throw new RangeError(`there is no mode ${mode}`)
  return known
}
