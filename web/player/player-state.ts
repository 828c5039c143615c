import type { Link } from '../network/messages.ts'
import type { PlayerState } from './stats.ts'

/** The one word for everything a listening is made of. */
export function playerState(link: Link | undefined, problem: unknown, playing: boolean): PlayerState {
  if (problem !== undefined) return 'failed'
  switch (link?.phase) {
    case undefined:
      return 'connecting'
    case 'connecting':
      return link.again ? 'reconnecting' : 'connecting'
    case 'waiting':
      return 'reconnecting'
    case 'refused':
      return 'failed'
    case 'connected':
      return playing ? 'playing' : 'buffering'
  }
}
