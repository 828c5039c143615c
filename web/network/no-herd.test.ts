// Two hundred listeners whose server goes: how they come back.
import { expect, test } from 'vitest'
import { comeBackReason, comeBackTimesMs } from '../../src/shared/wire/come-back.ts'
import { CLOSE } from '../../src/shared/wire/control.ts'
import { Backoff } from './backoff.ts'
import { Connection } from './connection.ts'
import { FakeSocket } from './fake-socket.ts'

const LISTENERS = 200
/** As the worker's. */
const TICK_MS = 50
const WINDOW_MS = 100

/** mulberry32 */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** All are connected at 0; `goes` ends each one's socket, and the server takes nobody until `backAtMs`. */
function restart(backAtMs: number, goes: (socket: FakeSocket, i: number) => void) {
  const random = seeded(7)
  const world = { ms: 0 }
  /** When somebody knocked, and when somebody was let in. */
  const knocks: number[] = []
  const welcomes: number[] = []
  const all = Array.from({ length: LISTENERS }, () => {
    const sockets: FakeSocket[] = []
    const connection = new Connection({
      open: () => {
        const socket = new FakeSocket()
        sockets.push(socket)
        return socket
      },
      nowMs: () => world.ms,
      random,
      onOpen: () => {},
      onMessage: () => {},
      onLink: () => {},
    })
    connection.start('ws://here/')
    sockets[0]?.opens()
    return { connection, sockets }
  })
  for (const [i, { sockets }] of all.entries()) goes(sockets[0] as FakeSocket, i)
  for (world.ms = 1; world.ms < 25_000; world.ms++)
    for (const [i, { connection, sockets }] of all.entries()) {
      // Their timers are not in step.
      if ((world.ms + i) % TICK_MS !== 0 || connection.connected) continue
      const before = sockets.length
      connection.tick()
      if (sockets.length === before) continue
      knocks.push(world.ms)
      if (world.ms < backAtMs) sockets.at(-1)?.ends()
      else {
        sockets.at(-1)?.opens()
        welcomes.push(world.ms)
      }
    }
  return { knocks, welcomes }
}

/** The most of them in any window. */
function crowd(timesMs: readonly number[]): number {
  return Math.max(
    ...timesMs.map((from) => timesMs.filter((ms) => ms >= from && ms < from + WINDOW_MS).length),
  )
}

const told = (timesMs: number[]) => (socket: FakeSocket, i: number) =>
  socket.ends(CLOSE.restarting, comeBackReason(timesMs[i] as number))

test('told when to come back, they come one after the other, and all are back in 3 s', () => {
  const { knocks, welcomes } = restart(400, told(comeBackTimesMs(LISTENERS, seeded(1))))
  expect(knocks).toHaveLength(LISTENERS)
  expect(crowd(knocks)).toBeLessThanOrEqual(20)
  expect(Math.min(...knocks)).toBeGreaterThanOrEqual(500)
  expect(Math.max(...welcomes)).toBeLessThanOrEqual(3000 + TICK_MS)
})

test('where the server takes longer than they were told, they are not all there when it is back', () => {
  const { welcomes } = restart(4000, told(comeBackTimesMs(LISTENERS, seeded(1))))
  expect(welcomes).toHaveLength(LISTENERS)
  expect(crowd(welcomes)).toBeLessThanOrEqual(LISTENERS / 5)
})

test.each([
  [500, 70],
  [1500, 40],
  [5000, 40],
  [8000, 40],
  [15_000, 40],
])('killed and away for %i ms, they come back at most %i in 100 ms, and soon', (awayMs, most) => {
  const { welcomes } = restart(awayMs, (socket) => socket.ends())
  expect(welcomes).toHaveLength(LISTENERS)
  expect(crowd(welcomes)).toBeLessThanOrEqual(most)
  if (awayMs <= 8000) expect(Math.max(...welcomes)).toBeLessThanOrEqual(awayMs + 2000 + TICK_MS)
})

test('every attempt of two hundred is spread over all the time it may take', () => {
  const random = seeded(3)
  const backoffs = Array.from({ length: LISTENERS }, () => new Backoff(random))
  for (const mostMs of [250, 500, 1000, 2000, 2000, 2000]) {
    const waitsMs = backoffs.map((backoff) => backoff.nextMs())
    const tenths = Array.from(
      { length: 10 },
      (_, i) => waitsMs.filter((ms) => Math.floor((10 * ms) / mostMs) === i).length,
    )
    // A fair share is 20.
    expect(Math.max(...tenths)).toBeLessThanOrEqual(36)
    expect(Math.min(...tenths)).toBeGreaterThanOrEqual(7)
  }
})
