import { EventEmitter } from 'node:events'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { SourceInfo } from '../../shared/capture-messages.ts'
import type { RungName } from '../../shared/rungs.ts'
import type { CaptureSupervisor } from '../capture-supervisor.ts'
import { readConfig } from '../config.ts'
import { FakeSocket } from '../fixtures/fake-socket.ts'
import { FakeEncoders, pcmPacket } from '../fixtures/packets.ts'
import { Listener } from '../streaming/listener.ts'
import { EncoderShare } from '../streaming/opus/encoder-share.ts'
import { Sessions, SessionsFullError, UNVISITED_MS } from './registry.ts'
import { isKey, newSessionId, tidyName } from './session-id.ts'

const INFO: SourceInfo = {
  input: 'synth',
  name: 'test',
  rateHz: 44_100,
  channels: 8,
  channelNames: [],
  bits: 16,
  periodFrames: 128,
}

function setUp({ maxSessions = 3, maxListeners = 10 } = {}) {
  const clock = { nowMs: 0 }
  const encoders = new FakeEncoders()
  const sessions = new Sessions({
    serverVersion: '1.2.3',
    maxSessions,
    maxListeners,
    encoders: new EncoderShare(encoders),
    room: readConfig({ args: [], env: {} }).room,
    controllerKey: 'open-sesame',
    nowMs: () => clock.nowMs,
  })
  const source = new EventEmitter()
  sessions.follow(source as CaptureSupervisor)
  let next = 0
  const play = (packets = 1) => {
    for (let i = 0; i < packets; i++) {
      const { packet, header } = pcmPacket(next++)
      source.emit('packet', packet, header)
    }
  }
  const join = (id: string, rung: RungName = 'pcm16') => {
    const socket = new FakeSocket()
    const listener = new Listener(socket, socket, sessions.counters, () => clock.nowMs, {
      wish: rung,
      start: rung,
    })
    const entry = sessions.get(id)
    const joined = entry !== undefined && sessions.join(entry, listener)
    return { socket, listener, joined }
  }
  return { clock, encoders, sessions, source, play, join }
}

test('a session made while the source plays, plays with its next packet', async () => {
  const { sessions, source, play, join } = setUp()
  source.emit('ready', INFO, 7)
  play(5)
  const { session } = sessions.create('late')
  const { socket } = join(session.id)
  expect(socket.frames).toEqual([])
  play(2)
  expect(socket.headers.map(({ position }) => position)).toEqual([640, 768])
  expect(socket.told.map(({ type }) => type).slice(-2)).toEqual(['audio_config', 'source_state'])
  source.emit('down', 'It broke.')
  expect(sessions.create('later').session.status).toMatchObject({ state: 'restarting' })
  await sessions.stop()
})

test('each rung is encoded once, whatever session it is heard in', async () => {
  const { encoders, sessions, source, play, join } = setUp()
  source.emit('ready', INFO, 7)
  play()
  const { session } = sessions.create('')
  const all = [join('main', 'opus-128'), join(session.id, 'opus-128')]
  play(20)
  expect(encoders.open48k.size).toBe(1)
  const [a, b] = all.map(({ socket }) => socket.headers.map(({ position }) => position))
  expect(a?.length).toBeGreaterThan(5)
  expect(b).toEqual(a)
  await sessions.stop()
  expect(encoders.stopped).toBe(true)
})

test('places and numbers are of all sessions together', async () => {
  const { sessions, join } = setUp({ maxListeners: 2 })
  const { session } = sessions.create('')
  const [a, b, c] = [join('main'), join(session.id), join('main')]
  expect([a?.joined, b?.joined, c?.joined]).toEqual(['joined', 'joined', 'server-full'])
  expect([a?.listener.id, b?.listener.id]).toEqual([1, 2])
  expect([sessions.listeners, sessions.counters.refused]).toEqual([2, 1])
  expect(sessions.listener(2)).toBe(b?.listener)
  await sessions.stop()
})

test('one that nobody has visited for an hour goes; main and one that is in use stay', async () => {
  const { clock, sessions, join } = setUp()
  const [used, unused] = [sessions.create('used').session, sessions.create('unused').session]
  const { listener } = join(used.id)
  clock.nowMs = UNVISITED_MS - 1
  sessions.look()
  expect(sessions.counts.open).toBe(3)
  clock.nowMs = UNVISITED_MS
  sessions.look()
  expect(sessions.counts).toEqual({ open: 2, refused: 0, unvisited: 1 })
  expect([sessions.get(unused.id), sessions.get(used.id)?.session]).toEqual([undefined, used])
  used.leave(listener)
  clock.nowMs = 2 * UNVISITED_MS - 1
  sessions.look()
  expect(sessions.counts.open).toBe(2)
  clock.nowMs++
  sessions.look()
  expect([...sessions.all].map(({ session }) => session.id)).toEqual(['main'])
  await sessions.stop()
})

test('there are no more than there may be', async () => {
  const { sessions } = setUp({ maxSessions: 2 })
  sessions.create('')
  expect(() => sessions.create('')).toThrow(SessionsFullError)
  expect(sessions.counts).toEqual({ open: 2, refused: 1, unvisited: 0 })
  await sessions.stop()
})

test('ids are for addresses and never the same, keys are the whole key, names are one short line', () => {
  const ids = new Set(Array.from({ length: 1000 }, newSessionId))
  expect(ids.size).toBe(1000)
  for (const id of ids) expect(id).toMatch(/^[\w-]{12}$/)
  expect(['abc', 'ab', 'abcd', '', 'äbc'].map((given) => isKey(given, 'abc'))).toEqual([
    true,
    false,
    false,
    false,
    false,
  ])
  expect(tidyName(`  a\u202Eb\n\tc${'🎹'.repeat(100)}`)).toBe(`a b c${'🎹'.repeat(55)}`)
})

test('how busy handing out keeps the server is counted over all sessions', async () => {
  const { clock, sessions, source, play, join } = setUp()
  const write = vi.spyOn(FakeSocket.prototype, 'write')
  onTestFinished(() => write.mockRestore())
  // Each of three takes 30 % of the packets' own time.
  write.mockImplementation(() => {
    clock.nowMs += 0.3 * (128 / 44.1)
  })
  source.emit('ready', INFO, 7)
  for (const id of ['main', sessions.create('a').session.id, sessions.create('b').session.id]) join(id)
  // Nobody says what has come, so no more than a quarter of a second is sent.
  play(50)
  expect(sessions.load).toBeCloseTo(0.9 * (1 - (255 / 256) ** 50), 2)
  await sessions.stop()
})
