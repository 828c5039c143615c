// What the system's media keys do, and what it shows.
import { expect, test, vi } from 'vitest'
import { watchMediaKeys } from './media-keys.ts'

function setUp(unknown: string[] = []) {
  const handlers = new Map<string, () => void>()
  const told: string[] = []
  const session = {
    metadata: null as MediaMetadataInit | null,
    get playbackState() {
      return told.at(-1) ?? 'none'
    },
    set playbackState(state) {
      told.push(state)
    },
    setActionHandler(action: string, handler: () => void) {
      if (unknown.includes(action)) throw new TypeError(action)
      handlers.set(action, handler)
    },
  }
  let state = 'idle'
  let source: object | undefined
  let changed = () => {}
  const store = {
    snapshot: () => ({ stats: { state }, source }),
    subscribe: (listener: () => void) => {
      changed = listener
      return () => {}
    },
  }
  const player = { store, listen: vi.fn(), stop: vi.fn() }
  const made = vi.fn((init: MediaMetadataInit) => init)
  watchMediaKeys(player as never, { session: session as never, metadata: made as never })
  const become = (next: string, plays?: object) => {
    state = next
    source = plays
    changed()
  }
  return { handlers, session, told, player, made, become }
}

test('play is Listen, pause and stop are Stop', () => {
  const { handlers, player } = setUp()
  handlers.get('play')?.()
  expect(player.listen).toHaveBeenCalledExactlyOnceWith()
  handlers.get('pause')?.()
  handlers.get('stop')?.()
  expect(player.stop).toHaveBeenCalledTimes(2)
})

test('a browser that does not know an action has the others', () => {
  expect([...setUp(['stop']).handlers.keys()]).toEqual(['play', 'pause'])
})

test('it shows what plays, once for each change, and nothing before the first Listen', () => {
  const { session, told, made, become } = setUp()
  become('idle')
  expect(session).toMatchObject({ metadata: null, playbackState: 'none' })
  become('connecting')
  expect(session).toMatchObject({ metadata: { title: 'Live', artist: 'Backline' }, playbackState: 'playing' })
  for (let i = 0; i < 5; i++) become('playing', { input: 'device', name: 'MONTAGE' })
  expect(session.metadata?.title).toBe('MONTAGE')
  become('playing', { input: 'synth', name: 'synth' })
  expect(session.metadata?.title).toBe('Demo synth')
  become('idle')
  expect(session).toMatchObject({ metadata: { title: 'Demo synth' }, playbackState: 'paused' })
  expect(made).toHaveBeenCalledTimes(3)
  expect(told).toEqual(['playing', 'paused'])
})

test('a browser without media keys is left alone', () => {
  const subscribe = vi.fn()
  const player = { store: { subscribe }, listen: vi.fn(), stop: vi.fn() }
  watchMediaKeys(player as never, { session: undefined, metadata: vi.fn() })
  expect(subscribe).not.toHaveBeenCalled()
})
