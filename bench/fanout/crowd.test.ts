// The crowd is the fanout bench's ear: here a server tells it what is known to the packet.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { pcmPacket } from '../../src/server/fixtures/packets.ts'
import { testFolder } from '../../src/server/fixtures/test-folder.ts'
import { CLOSE } from '../../src/shared/wire/control.ts'
import { HEADER_BYTES } from '../../src/shared/wire/packet.ts'
import { waitUntil } from '../../test/studio/wait-until.ts'
import { buildCrowd, Crowd } from './crowd.ts'

const FRAMES = 240
const PACKET_BYTES = HEADER_BYTES + 4 * FRAMES

/** Three listeners that read, who have had so much that all that comes now counts. */
async function setUp() {
  const dir = testFolder()
  const binary = buildCrowd(dir)
  const sockets: WebSocket[] = []
  const asked: (string | undefined)[] = []
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' }).on('connection', (socket, request) => {
    sockets.push(socket)
    asked.push(request.url)
    sendTo(socket, 0)
  })
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const crowd = await Crowd.start(binary, {
    ...{ port, path: '/ws/audio?rung=pcm16', listeners: 3, slow: 0, deaf: 0, mute: 0, targetMs: 15 },
  })
  onTestFinished(() => crowd.stop())
  let sequence = 0
  await waitUntil('the start to be over for all', async () => {
    await begin(crowd)
    sequence++
    for (const socket of sockets) sendTo(socket, sequence)
    await Promise.all(sockets.map(heardOut))
    return (await crowd.tell()).packets === 3
  })
  return { crowd, sockets, asked, from: sequence + 1 }
}

/** Resolves when what comes from now on counts. */
async function begin(crowd: Crowd): Promise<void> {
  crowd.begin()
  await crowd.tell()
}

/** Resolves when all that was sent has been read. */
async function heardOut(socket: WebSocket): Promise<void> {
  socket.ping()
  await once(socket, 'pong')
}

function sendTo(socket: WebSocket | undefined, ...sequences: number[]): void {
  socket?.send(Buffer.concat(sequences.map((one) => pcmPacket(one, FRAMES).packet)))
}

test('packets, messages, bytes and what is missing are counted one by one', async () => {
  const { crowd, sockets, asked, from } = await setUp()
  expect(asked).toEqual(Array(3).fill('/ws/audio?rung=pcm16'))
  const [a, b, c] = sockets
  await begin(crowd)
  for (let i = 0; i < 60; i += 2) {
    sendTo(a, from + i)
    sendTo(a, from + i + 1)
    sendTo(b, from + i, from + i + 1)
    if (i % 20 !== 10) sendTo(c, from + i, from + i + 1)
  }
  const packets = 60 + 60 + 54
  await Promise.all(sockets.map(heardOut))
  expect(await crowd.tell()).toMatchObject({
    packets,
    messages: 60 + 30 + 27,
    bytes: packets * PACKET_BYTES,
    missed: 6,
    closes: 0,
  })
})

test('how much later than the first a listener has a packet', async () => {
  const { crowd, sockets, from } = await setUp()
  const [a, b, c] = sockets
  const lateMs = 50
  await begin(crowd)
  for (let i = 0; i < 20; i++) sendTo(a, from + i)
  await Promise.all(sockets.map(heardOut))
  await wait(lateMs)
  for (let i = 0; i < 20; i++) sendTo(b, from + i)
  await Promise.all(sockets.map(heardOut))
  await wait(lateMs)
  for (let i = 0; i < 20; i++) sendTo(c, from + i)
  const { each, last } = await waitUntil('nobody to be waited for any more', async () => {
    const told = await crowd.tell()
    return told.last.count === 20 ? told : undefined
  })
  expect(each.count).toBe(40)
  expect(each.p50Ms).toBeGreaterThanOrEqual(lateMs)
  expect(each.p99Ms).toBeGreaterThanOrEqual(2 * lateMs)
  expect(last.p50Ms).toBeGreaterThanOrEqual(2 * lateMs)
  expect(last.p50Ms).toBeLessThanOrEqual(last.maxMs + 0.02)
})

test('who is closed is counted with the code, and comes back', async () => {
  const { crowd, sockets } = await setUp()
  await begin(crowd)
  sockets[1]?.close(CLOSE.silent)
  await waitUntil('it to be back', () => sockets.length === 4)
  expect(await crowd.tell()).toMatchObject({ closes: 1, lastClose: CLOSE.silent })
})
