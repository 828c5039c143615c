import type { LostWhy } from '../../network/messages.ts'
import type { PlayerSnapshot } from '../../player/player-snapshot.ts'
import { roomWords } from './room-words.ts'

const LOST: Record<LostWhy, string> = {
  lost: 'The connection was lost.',
  unreachable: 'The server can not be reached.',
  full: 'The room is full.',
  restarting: 'The server is restarting.',
  stalled: 'The sound stopped coming.',
  silent: 'The server had not heard from this page for a while.',
}

/** What is going on, in a sentence for a musician. It changes seldom, so it can be read aloud. */
export function statusWords(snapshot: PlayerSnapshot): string {
  const { stats, sourceState, soundBlocked, lost, problem } = snapshot
  switch (stats.state) {
    case 'idle':
      return 'Press Listen to hear the instrument.'
    case 'connecting':
      return 'Connecting…'
    case 'reconnecting':
      if (lost?.why === 'unreachable' && snapshot.room.asked !== 'listener')
        return 'The server can not be reached, or this page may not be in charge there. Trying again…'
      return `${LOST[lost?.why ?? 'lost']} Trying again…`
    case 'failed':
      return failure(problem)
    case 'buffering':
    case 'playing':
      if (soundBlocked) return 'The browser is holding the sound back. Click or tap anywhere to let it out.'
      if (sourceState && sourceState.state !== 'running' && sourceState.message) return sourceState.message
      if (stats.mode !== 'live') return roomWords(stats)
      return stats.state === 'playing' ? 'You are hearing it live.' : 'Getting the sound ready…'
  }
}

/** What follows the sentence and changes every second: for the eye only. */
export function countdown({ lost }: PlayerSnapshot): string {
  return lost?.retryInS ? `${lost.retryInS} s` : ''
}

function failure(problem: string | undefined): string {
  return problem === 'refused'
    ? 'This page and the server are of different versions. Reload the page.'
    : `The sound stopped working. Press Listen to try again, or reload the page. (${problem ?? 'unknown reason'})`
}
