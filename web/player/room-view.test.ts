import { expect, test } from 'vitest'
import { ControlBlock, createControlBlock } from '../../src/shared/ring/control-block.ts'
import type { SyncState, SyncStatus } from '../../src/shared/wire/room-messages.ts'
import { RoomView } from './room-view.ts'
import { readSync } from './sync-stats.ts'

const STATE: SyncState = {
  ...{ type: 'sync_state', session: 'main', revision: 1, serverUs: 5_000_000, mode: 'together' },
  ...{ role: 'listener', streamId: 7, playing: true, backMs: 0, seekableMs: 60_000, scheduled: null },
  ...{ status: 'active', reason: '', resyncMs: 50, intervalMs: 100 },
  anchor: { position: 0, captureUs: 0, rateHz: 44_100 },
  delay: { fromMs: 96, toMs: 146, atUs: 8_000_000 },
  members: { live: 1, together: 3, steady: 0, slow: 0, degraded: 0 },
}

test('the countdown runs on the synced clock and ends at the change', () => {
  const room = new RoomView()
  expect(room.countdownMs(0)).toBeUndefined()
  room.heard({
    state: { ...STATE, scheduled: { action: 'play', atUs: 9_000_000, backMs: 0 } },
    offsetMs: 1000,
  })
  expect(room.countdownMs(5000)).toBe(3000)
  expect(room.countdownMs(7999.5)).toBe(0.5)
  expect(room.countdownMs(8000)).toBeUndefined()
  expect(room.localMs(9000)).toBe(8000)
  // A clock that is not known counts nothing down.
  room.heard({ state: STATE, offsetMs: Number.NaN })
  expect(room.serverMs(0)).toBeUndefined()
})

test('before there is news of a room, the clock is that of the worker', () => {
  let offsetMs = Number.NaN
  const room = new RoomView(() => offsetMs)
  expect(room.serverMs(100)).toBeUndefined()
  offsetMs = 20
  expect(room.serverMs(100)).toBe(120)
  room.heard({ state: STATE, offsetMs: 25 })
  expect(room.serverMs(100)).toBe(125)
})

test('set aside is silent, and only in a group', () => {
  const room = new RoomView()
  expect(room.setAside).toBe(false)
  room.heard({ state: { ...STATE, status: 'degraded' }, offsetMs: 0 })
  expect(room.setAside).toBe(true)
  room.heard({ state: { ...STATE, mode: 'live', status: 'degraded' }, offsetMs: 0 })
  expect(room.setAside).toBe(false)
})

test('a refusal is shown for a while', () => {
  const room = new RoomView()
  room.refused('Only a controller may do that.', 100)
  expect(room.refusal(6099)).toBe('Only a controller may do that.')
  expect(room.refusal(6100)).toBeUndefined()
})

test('who is out of step is known until in step again, and of many the latest eight', () => {
  const room = new RoomView()
  const slow = (listener: number) => ({
    ...({ type: 'drift_feedback', driftMs: 9, status: 'slow', reason: 'needs more' } as const),
    listener,
  })
  for (let listener = 1; listener <= 10; listener++) room.told(slow(listener))
  expect(room.feedback.map(({ listener }) => listener)).toEqual([10, 9, 8, 7, 6, 5, 4, 3])
  room.told({ ...slow(9), status: 'active' })
  expect(room.feedback.map(({ listener }) => listener)).toEqual([10, 8, 7, 6, 5, 4, 3])
  room.heard({ state: STATE, offsetMs: 0 })
  expect(room.feedback).toEqual([])
})

test('of each status as many are shown as the room counts, the latest; who is silent, until told otherwise', () => {
  const room = new RoomView()
  const told = (listener: number, status: SyncStatus) =>
    room.told({ type: 'drift_feedback', listener, driftMs: 0, status, reason: '' })
  const counts = (slow: number, timeout?: number) =>
    room.heard({
      state: { ...STATE, members: { ...STATE.members, slow, ...(timeout === undefined ? {} : { timeout }) } },
      offsetMs: 0,
    })
  const shown = () => room.feedback.map(({ listener }) => listener)
  told(7, 'slow')
  told(8, 'slow')
  told(9, 'timeout')
  counts(2, 1)
  expect(shown()).toEqual([9, 8, 7])
  told(8, 'active')
  counts(1, 1)
  expect(shown()).toEqual([9, 7])
  // The end of it was missed.
  told(8, 'slow')
  counts(1, 1)
  expect(shown()).toEqual([8, 9])
  counts(0)
  expect(shown()).toEqual([9])
  counts(0, 0)
  expect(shown()).toEqual([])
})

function block() {
  const control = new ControlBlock(createControlBlock())
  control.set('playing', 1)
  control.set('roomErrorMs', 0.4)
  control.set('transitMs', 5)
  control.set('needFrames', 882)
  control.set('outputLeadMs', 30)
  control.set('trimMs', -4)
  return control
}

test('a listener in a group: its need, its drift and the delay as it is being moved', () => {
  const given = { control: block(), serverNowMs: 18_000, leadFrom: 'measured', rateHz: 44_100 } as const
  const sync = readSync({ ...given, state: STATE })
  expect(sync).toMatchObject({ status: 'active', needMs: 51, driftMs: 0.4, locked: true, groupDelayMs: 106 })
  expect(sync).toMatchObject({
    outputLeadMs: 30,
    outputLeadFrom: 'measured',
    trimMs: -4,
    serverNowMs: 18_000,
  })
  given.control.set('roomErrorMs', Number.NaN)
  expect(readSync({ ...given, state: STATE })).toMatchObject({ driftMs: null, locked: false })
})

test('who listens live follows nobody', () => {
  const given = { control: block(), serverNowMs: 18_000, leadFrom: undefined, rateHz: 44_100 }
  const { anchor: _, delay: __, ...rest } = STATE
  const sync = readSync({ ...given, state: { ...rest, mode: 'live' } })
  expect(sync).toMatchObject({ status: null, needMs: null, driftMs: null, locked: false, groupDelayMs: null })
  expect(sync.members?.together).toBe(3)
})

test('nothing is known before anybody listens', () => {
  const sync = readSync({
    ...{ control: undefined, state: undefined, serverNowMs: undefined },
    ...{ leadFrom: undefined, rateHz: undefined },
  })
  expect(sync).toMatchObject({
    session: null,
    status: null,
    groupDelayMs: null,
    outputLeadMs: null,
    trimMs: null,
  })
})
