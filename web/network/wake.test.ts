// A machine that slept, a network that came back, a page that is looked at again: the worker is quick, and not nervous.
import { expect, test } from 'vitest'
import { ControlBlock, createControlBlock } from '../../src/shared/ring/control-block.ts'
import { createSampleRing } from '../../src/shared/ring/sample-ring.ts'
import { CLOSE } from '../../src/shared/wire/control.ts'
import { HEADER_BYTES, writeHeader } from '../../src/shared/wire/packet.ts'
import { fakeConfig } from './fake-config.ts'
import { FakeSocket } from './fake-socket.ts'
import { Listener } from './listener.ts'
import type { FromWorker, Link } from './messages.ts'
import { WakeWatch } from './wake-watch.ts'

const FRAMES = 441
const CONFIG = fakeConfig(FRAMES)
const HOUR_MS = 3_600_000

/** A server, a network and two clocks: local time (`ms`) and the wall clock, whose ways may part. */
function setup() {
  const world = {
    ms: 100_000,
    dateMs: 5_000_000,
    serverMs: 0,
    rttMs: 10,
    cut: false,
    running: true,
    workMs: 0,
  }
  const sockets: FakeSocket[] = []
  const posted: FromWorker[] = []
  const shared = createControlBlock()
  const control = new ControlBlock(shared)
  const listener = new Listener({
    ring: createSampleRing(),
    control: shared,
    targetMs: 0,
    profile: 'balanced',
    post: (message) => posted.push(message),
    openSocket: () => {
      const socket = new FakeSocket()
      sockets.push(socket)
      return socket
    },
    // A clock goes on while one works.
    nowMs: () => (world.ms += world.workMs),
    dateMs: () => world.dateMs,
    random: () => 1,
  })
  const last = () => sockets.at(-1) as FakeSocket
  const state = (name: string) =>
    last().says(JSON.stringify({ type: 'source_state', state: name, message: '' }))
  const welcome = () => {
    last().opens()
    last().says(JSON.stringify(CONFIG))
    state(world.running ? 'running' : 'stopped')
  }
  const packet = () => {
    const number = Math.floor(world.serverMs / 10)
    const message = new ArrayBuffer(HEADER_BYTES + FRAMES * 4)
    writeHeader(new DataView(message), 0, {
      ...{ flags: 0, codec: 1, channels: 2, frames: FRAMES, payloadBytes: FRAMES * 4, streamId: 7 },
      ...{ sequence: number, position: number * FRAMES, captureUs: number * 10_000 },
    })
    last().says(message)
  }
  const answer = () => {
    const socket = last()
    for (const text of socket.sent.splice(0)) {
      const { samples } = JSON.parse(text)
      if (!samples) continue // a receipt
      const tookMs = world.ms - samples[0].clientSentMs
      if (tookMs < world.rttMs) {
        socket.sent.push(text)
        continue
      }
      const us = (world.serverMs - tookMs / 2) * 1000
      const answers = [{ ...samples[0], serverReceivedUs: us, serverSentUs: us }]
      socket.says(JSON.stringify({ type: 'time_sync_batch', samples: answers }))
    }
  }
  const pass = (ms: number) => {
    for (let done = 0; done < ms; done += 10) {
      world.ms += 10
      world.dateMs += 10
      world.serverMs += 10
      if (!world.cut && world.running) packet()
      if (!world.cut) answer()
      if (Math.round(world.ms) % 50 === 0) listener.tick()
    }
  }
  /** The machine sleeps; its local clock counts that, or does not. */
  const sleep = (ms: number, localTimeGoesOn: boolean) => {
    world.serverMs += ms
    world.dateMs += ms
    if (localTimeGoesOn) world.ms += ms
  }
  const links = () => posted.flatMap((message) => (message.kind === 'link' ? [message.link] : []))
  listener.start('ws://here/')
  return { listener, world, control, sockets, last, welcome, packet, pass, sleep, links }
}

type Rig = ReturnType<typeof setup>

function playing(change: Partial<Rig['world']> = {}): Rig {
  const rig = setup()
  Object.assign(rig.world, change)
  rig.welcome()
  rig.pass(20_000)
  expect(rig.sockets).toHaveLength(1)
  return rig
}

/** Passes until the worker asks for another socket; how long that took, ms. */
function untilAnotherSocket(rig: Rig): number {
  const before = rig.sockets.length
  const fromMs = rig.world.ms
  while (rig.sockets.length === before) {
    if (rig.world.ms - fromMs > 12_000) throw new Error('no other socket in 12 s')
    rig.pass(10)
    rig.listener.tick()
  }
  return rig.world.ms - fromMs
}

test.each([
  [0, 50, false],
  [0, 1400, false],
  [0, 1600, true],
  [HOUR_MS, 50, true],
  [-HOUR_MS, 50, false],
  [3000, 50, true],
])('the wall clock gains %d ms over a tick of %d: slept: %s', (gainMs, tickMs, slept) => {
  const watch = new WakeWatch()
  expect(watch.look(1000, 9000)).toBe(false)
  expect(watch.look(1050, 9050)).toBe(false)
  expect(watch.look(1050 + tickMs, 9050 + tickMs + gainMs)).toBe(slept)
  expect(watch.look(1100 + tickMs, 9100 + tickMs + gainMs)).toBe(false)
})

test.each([true, false])(
  'the server gave up on a sleeper (local time goes on: %s): another socket in 0.4 s',
  (goesOn) => {
    const rig = playing()
    rig.world.cut = true
    rig.sleep(HOUR_MS, goesOn)
    expect(untilAnotherSocket(rig)).toBeLessThanOrEqual(400)
    expect(rig.links().slice(-2)).toMatchObject([
      { phase: 'waiting', why: 'stalled' },
      { phase: 'connecting', again: true },
    ])
    expect(rig.sockets[0]?.closed).toBe(true)
    rig.world.cut = false
    rig.welcome()
    rig.pass(200)
    expect(rig.links().at(-1)).toEqual({ phase: 'connected' })
    expect(rig.control.get('clockOffsetMs')).toBeCloseTo(rig.world.serverMs - rig.world.ms, 6)
    rig.pass(20_000)
    expect(rig.sockets).toHaveLength(2)
  },
)

test('the socket that is told only on waking that it is closed is replaced at once as well', () => {
  const rig = playing()
  rig.world.cut = true
  rig.sleep(HOUR_MS, false)
  rig.listener.tick()
  rig.last().ends()
  expect(untilAnotherSocket(rig)).toBeLessThanOrEqual(60)
})

test('what waited in this machine since before the sleep is no sign of life', () => {
  const rig = playing()
  rig.world.cut = true
  rig.packet()
  rig.sleep(HOUR_MS, true)
  rig.listener.tick()
  for (let i = 0; i < 10; i++) {
    rig.packet()
    rig.pass(10)
  }
  expect(untilAnotherSocket(rig)).toBeLessThanOrEqual(300)
})

test.each([true, false])(
  'three seconds of sleep and a socket that lives (local time goes on: %s): it is kept',
  (goesOn) => {
    const rig = playing()
    rig.sleep(3000, goesOn)
    rig.pass(20_000)
    expect(rig.sockets).toHaveLength(1)
    expect(rig.links().at(-1)).toEqual({ phase: 'connected' })
    expect(rig.control.get('clockOffsetMs')).toBeCloseTo(rig.world.serverMs - rig.world.ms, 6)
  },
)

test('a socket that lives is kept where the source is silent, by the answer, and far away, by the packets', () => {
  for (const change of [{ running: false }, { rttMs: 700 }]) {
    const rig = playing(change)
    rig.sleep(HOUR_MS, true)
    rig.pass(20_000)
    expect(rig.sockets).toHaveLength(1)
  }
})

test.each([HOUR_MS, -HOUR_MS])(
  'someone sets the wall clock by %d ms: nothing happens to the connection',
  (stepMs) => {
    const rig = playing()
    const offsetMs = rig.control.get('clockOffsetMs')
    const links = rig.links().length
    for (let i = 0; i < 5; i++) {
      rig.world.dateMs += stepMs
      rig.pass(10)
      // The worklet has only that clock: it must not wait for the next tick to be told.
      expect(rig.control.get('dateSkewMs')).toBe(rig.world.dateMs - rig.world.ms)
      rig.pass(2000)
      expect(rig.control.get('clockOffsetMs')).toBeCloseTo(offsetMs, 6)
    }
    expect(rig.sockets).toHaveLength(1)
    expect(rig.links()).toHaveLength(links)
  },
)

test('while the network stays away after waking, attempts back off as ever; when it is back there is one at once', () => {
  const rig = playing()
  rig.world.cut = true
  rig.sleep(HOUR_MS, false)
  untilAnotherSocket(rig)
  for (let i = 0; i < 10; i++) {
    rig.last().ends()
    untilAnotherSocket(rig)
  }
  rig.last().ends()
  const waiting = rig.links().at(-1) as Extract<Link, { phase: 'waiting' }>
  expect(waiting).toMatchObject({ phase: 'waiting', why: 'unreachable' })
  expect(waiting.retryAtMs - rig.world.ms).toBe(10_000)
  const { length } = rig.sockets
  rig.listener.retryNow()
  rig.listener.retryNow()
  expect(rig.sockets).toHaveLength(length + 1)
  rig.last().ends()
  expect(rig.links().at(-1)).toMatchObject({ retryAtMs: rig.world.ms + 250 })
})

test('an attempt from before the sleep is made again, and an old one when the network comes back', () => {
  const rig = setup()
  rig.world.cut = true
  rig.pass(100)
  rig.listener.retryNow()
  expect(rig.sockets).toHaveLength(1)
  rig.sleep(HOUR_MS, false)
  rig.pass(50)
  expect(rig.sockets).toHaveLength(2)
  expect(rig.links().at(-1)).toEqual({ phase: 'connecting', again: false })
  rig.pass(1500)
  rig.listener.retryNow()
  expect(rig.sockets).toHaveLength(3)
})

test('looked at again, a socket that lives is kept and one that does not is replaced in 0.4 s', () => {
  const rig = playing()
  for (let i = 0; i < 20; i++) {
    rig.listener.retryNow()
    rig.pass(500)
  }
  expect(rig.sockets).toHaveLength(1)
  rig.world.cut = true
  rig.listener.retryNow()
  expect(untilAnotherSocket(rig)).toBeLessThanOrEqual(400)
})

test('a full room stays full after a sleep', () => {
  const rig = playing()
  rig.last().ends(CLOSE.full)
  rig.sleep(5000, false)
  rig.pass(1000)
  rig.listener.retryNow()
  expect(rig.sockets).toHaveLength(1)
})

test('the first answer after waking shows that the socket lives', () => {
  const rig = playing({ running: false, rttMs: 20, workMs: 1e-6 })
  rig.sleep(HOUR_MS, true)
  // In time for what is waited for; a second answer would not be.
  rig.world.rttMs = 200
  rig.listener.tick()
  rig.pass(2000)
  expect(rig.sockets).toHaveLength(1)
})
