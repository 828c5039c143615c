import { browserStore, keep, recall } from '../../player/memory/store.ts'
import type { Player } from '../../player/player.ts'

const KEY = 'backline.volume'
const FULL_PERCENT = 100

/** Where the volume fader stands, for the fader and for keys: percent of its way. Remembers where it was left. Thread: page. */
export class Volume {
  readonly #player: Player
  readonly #listeners = new Set<() => void>()
  #percent = load()

  constructor(player: Player) {
    this.#player = player
    player.setVolume(this.#percent / 100)
  }

  readonly snapshot = (): number => this.#percent

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Beyond either end is the end. */
  readonly set = (percent: number): void => {
    this.#percent = Math.round(Math.min(FULL_PERCENT, Math.max(0, percent)))
    this.#player.setVolume(this.#percent / 100)
    keep(browserStore(), KEY, String(this.#percent))
    for (const listener of this.#listeners) listener()
  }
}

const volumes = new WeakMap<Player, Volume>()

/** The one of this player. */
export function volumeOf(player: Player): Volume {
  let volume = volumes.get(player)
  if (!volume) {
    volume = new Volume(player)
    volumes.set(player, volume)
  }
  return volume
}

function load(): number {
  const percent = Number(recall(browserStore(), KEY) ?? Number.NaN)
  return percent >= 0 && percent <= FULL_PERCENT ? percent : FULL_PERCENT
}
