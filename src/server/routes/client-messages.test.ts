import { describe, expect, test } from 'vitest'
import { MAX_CONTROL_BYTES } from '../../shared/wire/control.ts'
import { GOOD_REPORT } from '../fixtures/sync-report.ts'
import { readClientMessage } from './client-messages.ts'

const read = (message: unknown) => readClientMessage(Buffer.from(JSON.stringify(message)), false)

test.each([
  [{ type: 'set_quality', rung: 'auto' }],
  [{ type: 'set_mode', mode: 'steady' }],
  [GOOD_REPORT],
  [{ type: 'transport', action: 'seek', inMs: 500, backMs: 60_000 }],
  [{ type: 'set_room', fixedDelayMs: null }],
])('takes %j', (message) => {
  expect(read(message)).toEqual(message)
})

describe('says what is wrong with', () => {
  test.each([
    ['a part that is missing', { ...GOOD_REPORT, needMs: undefined }, /^sync_report: "needMs" is missing\.$/],
    ['a number that is too large', { ...GOOD_REPORT, needMs: 1e300 }, /"needMs" must be .*"maximum":120000/],
    ['text for a number', { ...GOOD_REPORT, driftMs: '0' }, /"driftMs" must be .*"number"/],
    ['no number at all', { ...GOOD_REPORT, driftMs: Number.NaN }, /"driftMs" must be/],
    ['an optional part', { type: 'transport', action: 'seek', backMs: 60_001 }, /"backMs" must be/],
    ['another word', { type: 'set_mode', mode: 'dead' }, /"mode" must be .*"together"/],
    ['a part too many', { type: 'set_mode', mode: 'live', x: 1 }, /Nothing but "type", "mode" belongs/],
    ['a part of its prototype', { type: 'set_mode', constructor: 'live' }, /"mode" is missing/],
    ['a deep part', { type: 'time_sync_batch', samples: [{ id: -1, clientSentMs: 0 }] }, /"samples" must be/],
    ['an unknown type', { type: 'toString' }, /not a known message/],
  ])('%s', (_what, message, text) => {
    expect(read(message)).toEqual({ reason: 'bad-message', text: expect.stringMatching(text) })
  })

  test('what is no message', () => {
    expect(readClientMessage(Buffer.from('{}'), true)).toMatchObject({ reason: 'binary' })
    expect(readClientMessage(Buffer.from('{'), false)).toMatchObject({ reason: 'not-json' })
    const long = Buffer.alloc(MAX_CONTROL_BYTES + 1, ' ')
    expect(readClientMessage(long, false)).toMatchObject({ reason: 'too-long' })
  })
})
