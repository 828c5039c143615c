import { serverPath } from './address/base-path.ts'
import type { Player } from './player.ts'

/** The parts of the browser this needs. */
export interface MediaSurroundings {
  /** undefined: this browser has none. */
  session: MediaSession | undefined
  metadata: (init: MediaMetadataInit) => MediaMetadata
}

type Steered = Pick<Player, 'store' | 'listen' | 'stop'>

/**
 * What the system shows of the page and its media keys: what plays, Listen for play, Stop for pause and stop. There is nothing
 * to pause: what is live goes on. Thread: page, for as long as it lives.
 */
export function watchMediaKeys({ store, listen, stop }: Steered, around = theBrowser()): void {
  const { session, metadata } = around
  if (!session) return
  handle(session, 'play', () => listen())
  handle(session, 'pause', stop)
  handle(session, 'stop', stop)
  let shown: string | undefined
  const look = () => {
    const { stats, source } = store.snapshot()
    const stopped = stats.state === 'idle' || stats.state === 'failed'
    // Before anything has played there is nothing to show.
    if (stopped && shown === undefined) return
    const state = stopped ? 'paused' : 'playing'
    // Ten times a second the same would be a message each to the browser, which cost as much as all else the page reads.
    if (session.playbackState !== state) session.playbackState = state
    const title =
      source === undefined ? (shown ?? 'Live') : source.input === 'synth' ? 'Demo synth' : source.name
    if (title === shown) return
    shown = title
    const artwork = [{ src: serverPath('/icon-512.png'), sizes: '512x512', type: 'image/png' }]
    session.metadata = metadata({ title, artist: 'Backline', artwork })
  }
  store.subscribe(look)
}

function handle(session: MediaSession, action: MediaSessionAction, handler: () => void): void {
  try {
    session.setActionHandler(action, handler)
  } catch {
    // This browser does not know the action: then the key does nothing.
  }
}

function theBrowser(): MediaSurroundings {
  return { session: navigator.mediaSession, metadata: (init) => new MediaMetadata(init) }
}
