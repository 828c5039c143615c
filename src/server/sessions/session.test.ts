import { expect, onTestFinished, test } from 'vitest'
import type { RungName } from '../../shared/rungs.ts'
import { readConfig } from '../config.ts'
import { FakeSocket } from '../fixtures/fake-socket.ts'
import { FakeEncoders, pcmPacket } from '../fixtures/packets.ts'
import { readSent } from '../fixtures/sent-audio.ts'
import { zeroCounters } from '../streaming/counters.ts'
import { Listener } from '../streaming/listener.ts'
import { ROOM_TICK_MS } from './room.ts'
import { Session } from './session.ts'

const RATE_HZ = 48_000

/** A session in virtual time, whose source plays packets of so many frames. */
function setUp(rateHz = RATE_HZ, frames = 128) {
  let nowUs = 1e6
  const session = new Session({
    id: 'main',
    serverVersion: '1.2.3',
    counters: zeroCounters(),
    encoders: new FakeEncoders(),
    room: readConfig({ args: [], env: {} }).room,
    nowUs: () => nowUs,
    nowMs: () => nowUs / 1000,
  })
  onTestFinished(() => session.stop())
  const info = { input: 'synth', name: 'test', channels: 8, channelNames: [], bits: 16 } as const
  session.begin({ ...info, channelNames: [], rateHz, periodFrames: frames }, 7)
  let next = 0
  let tickedUs = 0
  const play = (seconds: number) => {
    for (const endUs = nowUs + seconds * 1e6; nowUs < endUs; nowUs = 1e6 + (next * frames * 1e6) / rateHz) {
      const { packet, header } = pcmPacket(next++, frames, { captureUs: nowUs })
      session.play(packet, header)
      if (nowUs - tickedUs < ROOM_TICK_MS * 1000) continue
      tickedUs = nowUs
      session.room.tick()
    }
  }
  const join = (rung: RungName) => {
    const socket = new FakeSocket()
    const asked = { wish: rung, start: rung } as const
    const listener = new Listener(socket, socket, zeroCounters(), () => nowUs / 1000, asked)
    listener.id = session.listeners + 1
    session.join(listener, { role: 'listener', mode: 'together' })
    const seekableMs = () => {
      session.room.greet(listener)
      const state = socket.told.findLast(({ type }) => type === 'sync_state')
      return state?.type === 'sync_state' ? state.seekableMs : Number.NaN
    }
    return { socket, listener, seekableMs }
  }
  /** All that was sent has come. */
  const receive = (listener: Listener) => {
    const { packets, bytes } = listener.sent
    const rest = { latenessMs: 0, targetMs: 0, episodes: 0, opus: true }
    listener.hear({ type: 'receipt', streamId: 7, position: listener.place.next, packets, bytes, ...rest })
  }
  return { session, play, join, receive, edge: () => next * frames }
}

test('how far back a room can go is not for one whose rung has just been opened to say', () => {
  const { play, join } = setUp()
  const { seekableMs } = join('pcm16')
  join('pcm16')
  play(20)
  expect(Math.abs(seekableMs() - 19_900)).toBeLessThan(50)
  join('opus-96')
  play(1)
  expect(Math.abs(seekableMs() - 20_900)).toBeLessThan(50)
})

// 60 s of it are 23 MB, more than a history may hold: 43 s are left.
const LARGE_RATE_HZ = 96_000

test('what is played after a long pause is there, also where 16 MiB hold less than the pause', () => {
  const { session, play, join, receive, edge } = setUp(LARGE_RATE_HZ, 480)
  const one = join('pcm16')
  const hear = (seconds: number) => {
    for (let i = 0; i < seconds * 5; i++) {
      play(0.2)
      receive(one.listener)
    }
  }
  hear(20)
  session.room.announce({ action: 'pause' })
  hear(60)
  const { backMs, note } = session.room.announce({ action: 'play' })
  expect(backMs).toBeGreaterThan(42_000)
  expect(note).toContain('are left out')
  hear(10)
  expect(readSent(one.socket).at(-1)).toMatchObject({ muted: false, to: edge() })
  expect(one.listener.skipped.inFlight).toBe(0)
})

test('where nothing is remembered, because nobody listens, a pause ends live', () => {
  const { session, play } = setUp()
  play(10)
  session.room.announce({ action: 'pause' })
  play(10)
  expect(session.room.announce({ action: 'play' })).toMatchObject({ backMs: 0 })
  play(5)
  expect(session.room.together.timeline.backMs(26e6)).toBe(0)
})
