import { expect, onTestFinished, test } from 'vitest'
import type { RungName } from '../../shared/rungs.ts'
import { readConfig } from '../config.ts'
import { FakeSocket } from '../fixtures/fake-socket.ts'
import { FakeEncoders, pcmPacket } from '../fixtures/packets.ts'
import { zeroCounters } from '../streaming/counters.ts'
import { Listener } from '../streaming/listener.ts'
import { Session } from './session.ts'

const RATE_HZ = 48_000

test('how far back a room can go is not for one whose rung has just been opened to say', async () => {
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
  session.begin({ ...info, channelNames: [], rateHz: RATE_HZ, periodFrames: 128 }, 7)
  let next = 0
  const play = (seconds: number) => {
    for (const endUs = nowUs + seconds * 1e6; nowUs < endUs; nowUs = 1e6 + (next * 128 * 1e6) / RATE_HZ) {
      const { packet, header } = pcmPacket(next++, 128, { captureUs: nowUs })
      session.play(packet, header)
    }
  }
  const join = (rung: RungName) => {
    const socket = new FakeSocket()
    const asked = { wish: rung, start: rung } as const
    const listener = new Listener(socket, socket, zeroCounters(), () => nowUs / 1000, asked)
    listener.id = session.listeners + 1
    session.join(listener, { role: 'listener', mode: 'together' })
    return () => {
      session.room.greet(listener)
      const state = socket.told.findLast(({ type }) => type === 'sync_state')
      return state?.type === 'sync_state' ? state.seekableMs : Number.NaN
    }
  }
  const seekableMs = join('pcm16')
  join('pcm16')
  play(20)
  expect(Math.abs(seekableMs() - 19_900)).toBeLessThan(50)
  join('opus-96')
  play(1)
  expect(Math.abs(seekableMs() - 20_900)).toBeLessThan(50)
})
