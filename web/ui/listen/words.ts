import type { LostWhy } from '../../network/messages.ts'
import type { PlayerSnapshot } from '../../player/player-snapshot.ts'
import { roomWords } from './room-words.ts'

export const LOST_WORDS: Record<LostWhy, string> = {
  lost: 'The connection was lost.',
  unreachable: 'The server can not be reached.',
  full: 'The room is full.',
  restarting: 'The server is restarting.',
  stalled: 'The sound stopped coming.',
  silent: 'The server had not heard from this page for a while.',
}

/** What it means, and what may be done meanwhile: the page tries again by itself. */
const REMEDIES: Record<LostWhy, string> = {
  lost: 'The sound goes on by itself once your network is back.',
  unreachable: 'Is Backline running, and is this device on the same network?',
  full: 'You are let in as soon as somebody leaves.',
  restarting: 'That takes a few seconds.',
  stalled: 'Your network is not getting it through. Move nearer to the Wi-Fi, or use a cable.',
  silent: 'A phone or a laptop that sleeps does that. Keep this page open and in front.',
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
      return `${LOST_WORDS[lost?.why ?? 'lost']} Trying again…`
    case 'failed':
      return snapshot.denied ?? failure(problem)
    case 'buffering':
    case 'playing':
      if (soundBlocked) return 'The browser is holding the sound back. Click or tap anywhere to let it out.'
      if (snapshot.outputLost)
        return 'The loudspeaker is gone. It is opened again by itself; or choose another output.'
      if (sourceState && sourceState.state !== 'running' && sourceState.message) return sourceState.message
      if (stats.mode !== 'live') return roomWords(stats)
      return stats.state === 'playing' ? 'You are hearing it live.' : 'Getting the sound ready…'
  }
}

/** What follows the sentence and changes every second: for the eye only. */
export function countdown({ lost }: PlayerSnapshot): string {
  return lost?.retryInS ? `${lost.retryInS} s` : ''
}

/** What goes with the sentence, for whoever looks; '': nothing. */
export function remedyWords({ stats, lost, muted }: PlayerSnapshot): string {
  if (stats.state === 'reconnecting') return REMEDIES[lost?.why ?? 'lost']
  return stats.state === 'playing' && muted ? 'Muted: press Mute to hear it.' : ''
}

function failure(problem: string | undefined): string {
  if (problem === 'refused') return 'This page and the server are of different versions. Reload the page.'
  if (problem === NO_DEVICE)
    return 'There is nothing to play the sound with: the loudspeaker could not be opened. Connect or switch one on, close programs that hold it, then press Listen.'
  return `The sound stopped working. Press Listen to try again, or reload the page. (${problem ?? 'unknown reason'})`
}

/** As the player says it. */
const NO_DEVICE = 'the audio device could not be opened'
