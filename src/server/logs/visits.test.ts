import { expect, test } from 'vitest'
import { FakeSocket } from '../fixtures/fake-socket.ts'
import { zeroCounters } from '../streaming/counters.ts'
import { Listener } from '../streaming/listener.ts'
import { Visits } from './visits.ts'

const ARRIVAL = { session: 'main', mode: 'live', role: 'listener', address: '10.0.0.7' } as const

function visiting() {
  const lines: [level: string, fields: Record<string, unknown>, message: string][] = []
  const visits = new Visits({
    info: (fields, message) => lines.push(['info', { ...fields }, message]),
    warn: (fields, message) => lines.push(['warn', { ...fields }, message]),
  })
  const socket = new FakeSocket()
  const listener = new Listener(socket, socket, zeroCounters(), () => 1000)
  listener.id = 5
  return { lines, visits, listener, socket }
}

test('who comes and goes is told with what it was given', () => {
  const { lines, visits, listener } = visiting()
  visits.came(listener, ARRIVAL)
  listener.begin(7, 48_000)
  listener.sendAudio(Buffer.alloc(100), 0, 128, 1)
  visits.gone(listener, 1001, 4560)
  const rung = 'pcm16'
  expect(lines).toEqual([
    ['info', { listener: 5, ...ARRIVAL, rung, wish: 'auto' }, 'a listener came'],
    [
      'info',
      {
        listener: 5,
        session: 'main',
        reason: 'left',
        code: 1001,
        seconds: 3.6,
        rung,
        packets: 1,
        bytes: 100,
        skipped: 0,
        switches: 0,
      },
      'a listener left',
    ],
  ])
  expect([visits.joined, visits.left.left]).toEqual([1, 1])
})

test.each([
  [1000, 'left', 'info'],
  [1005, 'left', 'info'],
  [1006, 'lost', 'warn'],
  [1009, 'protocol', 'warn'],
  [1012, 'restarting', 'info'],
  [4400, 'protocol', 'warn'],
  [4429, 'protocol', 'warn'],
  [4403, 'shown-out', 'info'],
  [4404, 'ended', 'info'],
  [4999, 'other', 'info'],
])('closed with %i: %s, %s', (code, reason, level) => {
  const { lines, visits, listener } = visiting()
  visits.came(listener, ARRIVAL)
  visits.gone(listener, code, 0)
  expect(lines[1]).toMatchObject([level, { reason, code }, expect.any(String)])
})

test('what the server ended it for counts, however the connection broke then', () => {
  const silent = visiting()
  silent.visits.came(silent.listener, ARRIVAL)
  silent.listener.close(4408, 'Nothing was heard from you for 5 s.')
  silent.visits.gone(silent.listener, 1006, 0)
  expect(silent.lines[1]).toMatchObject(['warn', { reason: 'silent', code: 1006 }, expect.any(String)])

  const stalled = visiting()
  stalled.visits.came(stalled.listener, ARRIVAL)
  stalled.socket.bufferedAmount = 1e6
  stalled.listener.sendControl({ type: 'source_state', state: 'running', message: '' })
  stalled.visits.gone(stalled.listener, 1006, 0)
  expect(stalled.lines[1]).toMatchObject(['warn', { reason: 'stalled' }, expect.any(String)])
})

test('who does not answer a server that closes was sent away all the same', () => {
  const { lines, visits, listener } = visiting()
  visits.came(listener, ARRIVAL)
  visits.close()
  visits.gone(listener, 1006, 0)
  expect(lines[1]).toMatchObject(['info', { reason: 'restarting', code: 1006 }, 'a listener left'])
})

test('who was never taken in is not heard of, and nobody leaves twice', () => {
  const { lines, visits, listener } = visiting()
  visits.gone(listener, 1000, 0)
  visits.came(listener, ARRIVAL)
  visits.gone(listener, 1000, 0)
  visits.gone(listener, 1006, 0)
  expect(lines).toHaveLength(2)
})
