import { expect, test } from 'vitest'
import { fakeSyncState } from '../fake-room.ts'
import { readServerMessage } from '../server-message.ts'

const STATE = fakeSyncState({ scheduled: { action: 'pause', atUs: 5e6, backMs: 0 } })
const COMMAND = {
  ...{ type: 'sync_command', mode: 'together', targetPosition: 12.5, serverUs: 5e6, groupDelayMs: 120 },
  ...{ delay: { fromMs: 100, toMs: 120, atUs: 5e6 }, slowest: { id: 3, latencyMs: 115 } },
}
const SEGMENT = { type: 'segment', from: 44_100, shift: 128, muted: false }
const FEEDBACK = { type: 'drift_feedback', listener: 3, driftMs: -31.5, status: 'slow', reason: 'It drifts.' }

const read = (message: object, change: object = {}) =>
  readServerMessage(JSON.stringify({ ...message, ...change }))

test.each([STATE, COMMAND, SEGMENT, FEEDBACK])('a $type is read', (message) => {
  expect(read(message)).toEqual(message)
  expect(read(message, { later: 'version' })).toMatchObject(message)
})

test('a listener that plays live has no line to follow', () => {
  const { anchor, delay, ...live } = { ...STATE, mode: 'live' }
  expect([anchor, delay]).toBeDefined()
  expect(read(live)).toEqual(live)
})

test.each([
  [STATE, { mode: 'loud' }],
  [STATE, { role: 'owner' }],
  [STATE, { status: 'asleep' }],
  [STATE, { anchor: { position: 0, captureUs: 0, rateHz: 0 } }],
  [STATE, { anchor: { position: 0, captureUs: 1e300, rateHz: 44_100 } }],
  [STATE, { delay: { fromMs: -1, toMs: 100, atUs: 0 } }],
  [STATE, { delay: 100 }],
  [STATE, { scheduled: { action: 'stop', atUs: 0, backMs: 0 } }],
  [STATE, { resyncMs: 0 }],
  [STATE, { members: {} }],
  [COMMAND, { mode: 'live' }],
  [COMMAND, { delay: { fromMs: 100, toMs: 'much', atUs: 0 } }],
  [SEGMENT, { from: -1 }],
  [SEGMENT, { from: 0.5 }],
  [SEGMENT, { shift: 2 ** 40 }],
  [SEGMENT, { muted: 1 }],
  [FEEDBACK, { driftMs: null }],
])('%o with %o is bad', (message, change) => {
  expect(read(message, change)).toBe('bad')
})
