import { expect, test } from 'vitest'
import { FakeMember, RATE } from './fake-member.ts'

const STEADY = { mode: 'steady' as const }
const DELAY_5S = { fromMs: 5000, toMs: 5000, atUs: 0 }

/** Of one kind, posted to the page. */
const posted = (member: FakeMember, kind: string) => member.posted.filter((message) => message.kind === kind)

test('the first sound is in step, and nothing is heard before', () => {
  const member = new FakeMember({ mode: 'together' })
  member.control.set('outputLeadMs', 20)
  member.states = false
  member.run(1500)
  expect(member.control.get('playing')).toBe(0)
  expect(member.control.get('needFrames')).toBeGreaterThan(0)
  member.states = true
  while (member.control.get('playing') === 0 && member.nowMs < 110_000) member.run(3)
  expect(Math.abs(member.errorMs)).toBeLessThan(1)
  expect(member.nowMs).toBeLessThan(102_500)
  member.run(3000)
  expect(Math.abs(member.errorMs)).toBeLessThan(1)
  expect(member.control.get('resyncs')).toBe(0)
  expect(member.control.get('underrunEpisodes')).toBe(0)
  expect(posted(member, 'refused')).toEqual([])
})

test('without a room for 5 s it plays live, says so, and joins when the room is there', () => {
  const member = new FakeMember({ mode: 'together' })
  member.states = false
  member.run(4900)
  expect(member.control.get('playing')).toBe(0)
  member.run(400)
  expect(member.control.get('playing')).toBe(1)
  expect(posted(member, 'refused')).toMatchObject([{ reason: 'no-room' }])
  member.states = true
  member.run(2000)
  expect(Math.abs(member.errorMs)).toBeLessThan(1.5)
  expect(posted(member, 'refused')).toHaveLength(1)
})

test('while nothing is captured there is nothing to be in step with, and nothing is said of that', () => {
  const member = new FakeMember({ mode: 'together' })
  const { state } = member
  const { anchor: _anchor, delay: _delay, ...silent } = state
  member.state = silent
  member.sendFrom = Number.POSITIVE_INFINITY
  member.say({ type: 'source_state', state: 'stopped', message: '' })
  member.run(12_000)
  expect(posted(member, 'refused')).toEqual([])
  member.state = state
  member.sendFrom = Number.NaN
  member.say({ type: 'source_state', state: 'running', message: '' })
  member.run(2000)
  expect(Math.abs(member.errorMs)).toBeLessThan(1)
  // A server that says so no more is one that says nothing.
  const other = new FakeMember({ mode: 'together' })
  other.state = silent
  other.run(1000)
  other.states = false
  other.run(5500)
  expect(posted(other, 'refused')).toMatchObject([{ reason: 'no-room' }])
})

test('when no state comes any more the last line goes on', () => {
  const member = new FakeMember({ mode: 'together' })
  member.run(4000)
  member.states = false
  member.run(8000)
  expect(Math.abs(member.errorMs)).toBeLessThan(1)
  expect(member.control.get('roomErrorMs')).not.toBeNaN()
})

test('a listener that is live has no line, and reports nothing', () => {
  const member = new FakeMember({}, { mode: 'live', anchor: undefined, delay: undefined } as never)
  member.run(3000)
  expect(member.control.get('playing')).toBe(1)
  expect(member.control.get('roomSerial')).toBe(0)
  expect(member.sent('sync_report')).toEqual([])
  expect(member.urls[0]).toBe('ws://here/ws/audio?rung=auto&start=pcm16')
})

test('from live to together and back: asked for, joined, left', () => {
  const member = new FakeMember({ mode: 'live', session: 'abc', role: 'controller', key: 'k' })
  const { searchParams } = new URL(member.urls[0] as string)
  expect(Object.fromEntries(searchParams)).toMatchObject({
    ...{ session: 'abc', mode: 'live', role: 'controller', key: 'k' },
  })
  member.run(2000)
  member.listener.room.setMode('together', member.nowMs)
  expect(member.sent('set_mode')).toEqual([{ type: 'set_mode', mode: 'together' }])
  member.run(100)
  // States of before say nothing of the new mode.
  expect(member.control.get('roomSerial')).toBe(0)
  member.state = { ...member.state, mode: 'together' }
  member.run(3000)
  expect(Math.abs(member.errorMs)).toBeLessThan(1)
  expect(member.control.get('underrunEpisodes')).toBe(0)
  member.listener.room.setMode('live', member.nowMs)
  member.state = { ...member.state, mode: 'live' }
  member.run(1000)
  expect(member.errorMs).toBeLessThan(-50)
  expect(member.control.get('roomErrorMs')).toBeNaN()
})

test('an outage of 4 s on a listener that holds 5 s is not heard: the hole is filled', () => {
  const member = new FakeMember(STEADY, { delay: DELAY_5S })
  const begins = member.edge - 5.5 * 128 * 344
  member.sendFrom = begins
  member.say({ type: 'segment', from: begins, shift: 0, muted: false })
  member.run(6000)
  expect(Math.abs(member.errorMs)).toBeLessThan(1)
  expect(member.control.get('heldMs')).toBeGreaterThan(3500)
  // Receipts count what has come, not what has been played of it.
  expect(member.sent('receipt').at(-1)?.['position']).toBeGreaterThan(member.sendFrom - 0.12 * RATE)
  const concealed = member.control.get('concealedFrames')
  member.socket.ends()
  member.delivers = false
  member.run(4000)
  expect(member.urls.length).toBeGreaterThan(1)
  const { searchParams } = new URL(member.urls.at(-1) as string)
  expect(searchParams.get('stream')).toBe('7')
  expect(searchParams.get('from')).toBe(String(member.sendFrom))
  member.delivers = true
  member.connect()
  member.say({ type: 'segment', from: member.sendFrom, shift: 0, muted: false })
  member.run(4000)
  expect(Math.abs(member.errorMs)).toBeLessThan(1)
  expect(member.control.get('concealedFrames')).toBe(concealed)
  expect(member.control.get('resyncs')).toBe(0)
  expect(member.control.get('packetsMissing')).toBe(0)
  expect(member.control.get('heldMs')).toBeGreaterThan(3500)
})

test('a degraded listener: the page is told at once to be silent, and what it needs goes on coming', () => {
  const member = new FakeMember({ mode: 'together' })
  member.run(3000)
  const before = posted(member, 'room').length
  const newest = member.control.get('newestPosition')
  member.state = { ...member.state, status: 'degraded', reason: 'Too slow.', revision: 2 }
  member.say(member.state)
  expect(posted(member, 'room')).toHaveLength(before + 1)
  expect(posted(member, 'room').at(-1)).toMatchObject({ state: { status: 'degraded' }, offsetMs: -50_000 })
  member.run(1000)
  expect(member.control.get('newestPosition') - newest).toBeGreaterThan(0.9 * RATE)
  expect(Math.abs(member.errorMs)).toBeLessThan(1)
  // Nothing has changed since: four times a second.
  expect(posted(member, 'room').length - before).toBeLessThanOrEqual(6)
})

test('a pause is silence from its frame on, and a start sound again, for who hears them', () => {
  const member = new FakeMember({ mode: 'together' })
  member.run(3000)
  const from = member.sendFrom
  member.say({ type: 'segment', from, shift: 0, muted: true })
  member.run(1000)
  const quiet = member.heard.slice(-50)
  expect(Math.max(...quiet.flatMap(({ left }) => [...left.map(Math.abs)]))).toBeLessThan(1e-4)
  const start = member.sendFrom
  member.shift = start - from
  member.say({ type: 'segment', from: start, shift: member.shift, muted: false })
  member.run(1000)
  const loud = member.heard.slice(-50)
  expect(Math.max(...loud.flatMap(({ left }) => [...left]))).toBeGreaterThan(0.25)
  expect(member.control.get('underrunEpisodes')).toBe(0)
  expect(Math.abs(member.errorMs)).toBeLessThan(1)
})

test('another connection’s clock counts when its state is there, too', () => {
  const member = new FakeMember({ mode: 'together' })
  member.run(4000)
  member.socket.ends()
  member.run(300)
  member.connect()
  member.states = false
  member.run(2000)
  expect(Math.abs(member.errorMs)).toBeLessThan(1)
  member.states = true
  member.run(2000)
  expect(Math.abs(member.errorMs)).toBeLessThan(1)
})

test('an output that turns out later than was thought is put right by one jump', () => {
  const member = new FakeMember({ mode: 'together' })
  member.run(3000)
  member.control.set('outputLeadMs', 25)
  member.run(1000)
  expect(Math.abs(member.errorMs)).toBeLessThan(1)
  expect(member.control.get('resyncs')).toBe(1)
})

test('a report a second says how it does; at once what it needs, and when it is out of step', () => {
  const member = new FakeMember({ mode: 'together' })
  member.control.set('outputLeadMs', 20)
  member.control.set('trimMs', -5)
  member.run(1000)
  const first = member.sent('sync_report').find((report) => report['needMs'] !== 0)
  expect(first?.['needMs']).toBeGreaterThan(8 + 20 - 5 + 2)
  expect(first?.['needMs']).toBeLessThan(60)
  member.run(5000)
  const before = member.sent('sync_report').length
  const last = member.sent('sync_report').at(-1)
  expect(last).toMatchObject({ locked: true, missing: 0, outputMs: 20, trimMs: -5 })
  expect(last?.['heldMs']).toBeGreaterThan(20)
  member.run(3000)
  expect(member.sent('sync_report').length - before).toBe(3)
  // Nothing comes: what is missing rises.
  member.delivers = false
  member.run(700)
  expect(member.sent('sync_report').length - before).toBeGreaterThan(4)
  expect(member.sent('sync_report').at(-1)?.['missing']).toBeGreaterThan(0.3)
})

test('what is refused is told in words, and is no bad message; without a connection that is said', () => {
  const member = new FakeMember({ mode: 'together', role: 'controller' })
  member.listener.room.wish({ type: 'transport', action: 'pause', inMs: 1000 })
  expect(member.sent('transport')).toEqual([{ type: 'transport', action: 'pause', inMs: 1000 }])
  member.say({ type: 'error', reason: 'forbidden', message: 'Only a controller may.' })
  member.say({ type: 'drift_feedback', listener: 3, driftMs: 40, status: 'slow', reason: 'It drifts.' })
  expect(member.control.get('messagesBad')).toBe(0)
  expect(posted(member, 'refused')).toEqual([
    { kind: 'refused', reason: 'forbidden', message: 'Only a controller may.' },
  ])
  expect(posted(member, 'feedback')).toHaveLength(1)
  member.socket.ends()
  member.listener.room.wish({ type: 'set_room', steadyMs: 3000 })
  expect(posted(member, 'refused').at(-1)).toMatchObject({ reason: 'not-connected' })
})
