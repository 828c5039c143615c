// What the page does in a room, from the address to the fade, with a worker that says what the test says.
import { expect, test, vi } from 'vitest'
import type { SyncState } from '../../src/shared/wire/room-messages.ts'
import { ABLE, pretendPage } from './fake-page.ts'
import { FakeWorker } from './fake-worker.ts'
import { FakeContext } from './output/fake-audio.ts'
import { Player } from './player.ts'

vi.mock('../../public/audio-processor.ts?worker&url', () => ({ default: 'worklet.js' }))

const STATE: SyncState = {
  ...{ type: 'sync_state', session: 'jam', revision: 1, serverUs: 0, mode: 'together', role: 'controller' },
  ...{ streamId: 7, playing: true, backMs: 0, seekableMs: 60_000, scheduled: null },
  ...{ status: 'active', reason: '', resyncMs: 50, intervalMs: 100 },
  members: { live: 0, together: 2, steady: 0, slow: 0, degraded: 0 },
}

const _memory = pretendPage({ pathname: '/s/jam', search: '?role=controller&key=k1' })

const worker = () => FakeWorker.made.at(-1) as FakeWorker
const says = (change: Partial<SyncState>, offsetMs = 500) =>
  worker().says({ kind: 'room', state: { ...STATE, ...change }, offsetMs, atMs: 0 })

test('the room, the role and its key are those of the page’s address, the mode is the one chosen last', () => {
  const player = new Player(ABLE)
  player.setMode('steady')
  player.listen()
  expect(worker().told[0]).toMatchObject({
    ...{ kind: 'open', url: 'ws://here/ws/audio', session: 'jam', role: 'controller', key: 'k1' },
    mode: 'steady',
  })
  player.setMode('together')
  expect(worker().told.at(-1)).toEqual({ kind: 'mode', mode: 'together' })
  expect(player.stats().mode).toBe('together')
  player.stop()
  expect(new Player(ABLE).stats().mode).toBe('together')
})

test('a mode for one listening, and one there is not', () => {
  const player = new Player(ABLE)
  expect(() => player.setMode('loud' as 'live')).toThrow(RangeError)
  expect(() => player.listen({ mode: 'loud' as 'live' })).toThrow(RangeError)
  player.listen({ mode: 'together' })
  expect(worker().told[0]).toMatchObject({ mode: 'together' })
  expect(new Player(ABLE).stats().mode).toBe('live')
})

test('what a controller wishes goes to the worker, and what the server would not do is shown', () => {
  const player = new Player(ABLE)
  player.transport({ action: 'pause' })
  player.listen()
  player.transport({ action: 'seek', backMs: 10_000, inMs: 3000 })
  expect(worker().told.at(-1)).toEqual({
    kind: 'transport',
    transport: { type: 'transport', action: 'seek', backMs: 10_000, inMs: 3000 },
  })
  player.setRoom({ steadyMs: 8000 })
  expect(worker().told.at(-1)).toEqual({ kind: 'set_room', room: { type: 'set_room', steadyMs: 8000 } })
  worker().says({ kind: 'refused', reason: 'forbidden', message: 'Only a controller may do that.' })
  expect(player.store.snapshot().room.refusal).toBe('Only a controller may do that.')
})

test('who is set aside is faded out, and in again when taken back', async () => {
  const player = new Player(ABLE)
  player.listen({ mode: 'together' })
  await vi.advanceTimersByTimeAsync(100)
  const fade = () => FakeContext.made[0]?.fades[1]?.ramps
  says({ status: 'slow', reason: 'needs 480 ms' })
  expect(fade()).toEqual([1])
  says({ status: 'degraded', reason: 'needs 480 ms' })
  says({ status: 'degraded', reason: 'needs 490 ms' })
  expect(fade()).toEqual([1, 0])
  expect(player.stats().sync).toMatchObject({ status: 'degraded', reason: 'needs 490 ms' })
  says({})
  expect(fade()).toEqual([1, 0, 1])
})

test('the countdown is null until something is scheduled, and runs on the server’s clock', () => {
  const player = new Player(ABLE)
  expect(player.countdown()).toBeNull()
  player.listen({ mode: 'together' })
  says({})
  expect(player.countdown()).toBeNull()
  const serverMs = performance.timeOrigin + performance.now() + 500
  says({ scheduled: { action: 'play', atUs: (serverMs + 3000) * 1000, backMs: 0 } })
  expect(player.countdown()).toBeCloseTo(3000, 3)
  vi.advanceTimersByTime(2990)
  expect(player.countdown()).toBeCloseTo(10, 3)
  vi.advanceTimersByTime(10)
  expect(player.countdown()).toBeNull()
})

test('who listens live from now on hears no test click any more: there is no key for it', () => {
  const player = new Player(ABLE)
  player.listen({ mode: 'together' })
  player.testClick(true)
  expect(player.store.snapshot().room.testClick).toBe(true)
  player.setMode('steady')
  expect(player.store.snapshot().room.testClick).toBe(true)
  player.setMode('live')
  expect(player.store.snapshot().room.testClick).toBe(false)
})

test('a trim is told to the worker’s memory at once, and kept for the device when nothing plays', () => {
  const player = new Player(ABLE)
  player.setTrim(700)
  player.listen()
  expect(player.stats().sync.trimMs).toBe(500)
  player.setTrim(-12.5)
  expect(player.stats().sync.trimMs).toBe(-12.5)
  player.stop()
  player.listen()
  expect(player.stats().sync.trimMs).toBe(-12.5)
})

test('nothing can be measured before it plays', async () => {
  const player = new Player(ABLE)
  await expect(player.calibrate()).rejects.toThrow('before the sound plays')
  player.listen()
  await expect(player.calibrate()).rejects.toThrow('before the sound plays')
})
