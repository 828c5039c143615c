import type { Player } from '../../player/player.ts'
import { volumeOf } from '../listen/volume-memory.ts'
import { type ShortcutName, shortcutOf } from './shortcuts.ts'

const STEP_PERCENT = 5

/** What the keys do on every page. Returns what ends it. Thread: page. */
export function listenForKeys(target: EventTarget, act: (name: ShortcutName) => void): () => void {
  const pressed = (event: Event) => {
    const shortcut = shortcutOf(event as KeyboardEvent)
    if (!shortcut) return
    // The page must not scroll as well.
    event.preventDefault()
    act(shortcut.name)
  }
  target.addEventListener('keydown', pressed)
  return () => target.removeEventListener('keydown', pressed)
}

/** The keys that are the player's. Others do nothing here. */
export function steer(player: Player, name: ShortcutName): void {
  const { stats, muted } = player.store.snapshot()
  const volume = volumeOf(player)
  if (name === 'listen') {
    const stopped = stats.state === 'idle' || stats.state === 'failed'
    stopped ? player.listen() : player.stop()
  } else if (name === 'mute') player.setMuted(!muted)
  else if (name === 'louder') volume.set(volume.snapshot() + STEP_PERCENT)
  else if (name === 'softer') volume.set(volume.snapshot() - STEP_PERCENT)
}
