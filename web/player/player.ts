import type { Profile } from '../../src/shared/playout/profile.ts'
import { type RungName, rungNamed } from '../../src/shared/rungs.ts'
import type { AudioConfig, SourceState } from '../../src/shared/wire/control.ts'
import type { LostWhy, RungWish } from '../network/messages.ts'
import { findObstacle, type Obstacle, type Surroundings } from './capability.ts'
import { browserStore } from './device-memory.ts'
import { Playback } from './playback.ts'
import { playerState } from './player-state.ts'
import { PolledStore } from './polled-store.ts'
import { RungMemory } from './rung-memory.ts'
import { readStats, type Stats } from './stats.ts'

export interface ListenOptions {
  /** Fixes the playout delay, device burst included; else it is as small as it can be. */
  targetMs?: number
  /** How delay is weighed against glitches; 'balanced' unless told. */
  profile?: Profile
  /** A rung of the quality ladder for this listening, or 'auto'; as chosen on the page unless told. */
  rung?: RungWish
}

/** Everything the page shows, ten times a second. */
export interface PlayerSnapshot {
  stats: Stats
  /** Why listening is impossible here; known before anybody presses Listen. */
  obstacle: Obstacle | undefined
  source: AudioConfig['source'] | undefined
  /** The rungs there are, best first; undefined before the server has said so. */
  rungs: RungName[] | undefined
  sourceState: SourceState | undefined
  /** While reconnecting. `retryInS` is missing while the attempt is under way. */
  lost: { why: LostWhy; retryInS?: number } | undefined
  soundBlocked: boolean
  /** With state failed: 'refused' when page and server do not speak the same protocol, else what broke. */
  problem: string | undefined
}

/** Levels of what leaves the worklet, linear, 1 = full scale. */
export interface Levels {
  peakLeft: number
  peakRight: number
  rmsLeft: number
  rmsRight: number
}

/** The engine behind the page: outlives every single listening. Thread: page. */
export class Player {
  readonly store: PolledStore<PlayerSnapshot>
  readonly #obstacle: Obstacle | undefined
  #playback: Playback | undefined
  readonly #rungs: RungMemory
  /** What was chosen on this page. */
  #wish: RungWish
  #volume = 1
  #outputId = ''
  #why: LostWhy = 'unreachable'

  constructor(around: Surroundings = globalThis) {
    this.#obstacle = findObstacle(around)
    this.#rungs = new RungMemory(browserStore())
    this.#wish = this.#rungs.loadWish()
    this.store = new PolledStore(() => this.#read())
  }

  /**
   * Starts, or does nothing when already listening. Browsers let sound out only after a click or a key. Throws RangeError for
   * a rung there is not.
   */
  readonly listen = (options: ListenOptions = {}): void => {
    if (this.#obstacle) return
    // After a failure Listen means: once more, from the beginning.
    if (this.stats().state === 'failed') this.stop()
    if (this.#playback) return
    if (options.rung) this.#wish = known(options.rung)
    const url = new URL('/ws/audio', location.href)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    this.#playback = new Playback({
      url: url.href,
      volume: this.#volume,
      targetMs: options.targetMs ?? 0,
      profile: options.profile ?? 'balanced',
      wish: this.#wish,
      rungs: this.#rungs,
      deviceId: this.#outputId,
      onChange: this.store.refresh,
    })
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
    })
  }

  /** For the level meter, at the display's own rate. Does not allocate. */
  readonly readLevels = (out: Levels): void => {
    const control = this.#playback?.control
    out.peakLeft = control?.get('peakLeft') ?? 0
    out.peakRight = control?.get('peakRight') ?? 0
    out.rmsLeft = control?.get('rmsLeft') ?? 0
    out.rmsRight = control?.get('rmsRight') ?? 0
  }

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
      soundBlocked: playback?.soundBlocked ?? false,
      problem: playback?.link?.phase === 'refused' ? 'refused' : playback?.problem,
    }
  }

  #lost(): { why: LostWhy; retryInS?: number } {
    const link = this.#playback?.link
    if (link?.phase !== 'waiting') return { why: this.#why }
    this.#why = link.why
    const waitMs = link.retryAtMs - (performance.timeOrigin + performance.now())
    return { why: link.why, retryInS: Math.max(0, Math.ceil(waitMs / 1000)) }
  }
}

/** A wish that came from a script: one the server would refuse must not be asked for again and again. */
function known(wish: RungWish): RungWish {
  return wish === 'auto' ? wish : rungNamed(wish).name
}
