// Real sockets: what a hiccup of the server leaves waiting, without and with encryption.
import { once } from 'node:events'
import { createServer as createPlain } from 'node:http'
import { createServer as createSecure } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { rungNamed } from '../../shared/rungs.ts'
import { rungPacket } from '../fixtures/packets.ts'
import { testCertificate } from '../tls/fixtures/test-certificate.ts'
import { zeroCounters } from './counters.ts'
import { Listener } from './listener.ts'
import { RungStream } from './rung-stream.ts'
import { Unread } from './unread.ts'

async function connected(isSecure: boolean) {
  const { cert, key } = await testCertificate()
  const server = isSecure ? createSecure({ cert, key }) : createPlain()
  const sockets = new WebSocketServer({ server, perMessageDeflate: false })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const scheme = isSecure ? 'wss' : 'ws'
  const client = new WebSocket(`${scheme}://127.0.0.1:${port}/`, { rejectUnauthorized: false })
  onTestFinished(() => {
    client.terminate()
    server.close()
  })
  const [socket, { socket: connection }] = await once(sockets, 'connection')
  await once(client, 'open')
  const counters = zeroCounters()
  return { listener: new Listener(socket, connection, counters), counters, client }
}

test.each([
  ['http', false],
  ['https', true],
])(
  'over %s all that comes in one turn of the loop is sent, control before it or not',
  async (_name, isSecure) => {
    const { listener, counters, client } = await connected(isSecure)
    const stream = new RungStream(rungNamed('pcm16'))
    stream.begin(48_000)
    listener.begin(7, 48_000)
    stream.add(listener)
    let audio = 0
    const all = new Promise<void>((done) => {
      client.on('message', (_data, isBinary) => {
        if (isBinary && ++audio === 12) done()
      })
    })
    const told = {
      rung: 'pcm16',
      wish: 'auto',
      inFlightMs: 0,
      skipping: false,
      packetsSent: 0,
      packetsSkipped: 0,
    } as const
    listener.sendControl({ type: 'link_state', ...told, switches: 0, batch: 1 })
    for (let i = 0; i < 12; i++) stream.publish(rungPacket(i, 120))
    expect(counters.packetsSkipped).toEqual({ inFlight: 0, backlog: 0 })
    await all
  },
)

function encrypted() {
  const socket = { bufferedAmount: 0 }
  let nowMs = 1000
  const unread = new Unread(socket, { encrypted: true }, () => nowMs)
  return {
    unread,
    write: (bytes: number) => {
      unread.wrote(bytes)
      socket.bufferedAmount += bytes
    },
    finish: (bytes: number) => {
      socket.bufferedAmount -= bytes
    },
    wait: (ms: number) => {
      nowMs += ms
    },
  }
}

test('who does not take what it is sent over TLS has a backlog after 100 ms, and none when it has taken it', () => {
  const { unread, write, finish, wait } = encrypted()
  for (let ms = 0; ms < 100; ms += 5) {
    expect(unread.bytes).toBe(0)
    write(500)
    wait(5)
  }
  wait(5)
  expect(unread.bytes).toBe(10_000)
  finish(9_500)
  expect(unread.bytes).toBe(0)
})

test('over TLS nobody has a backlog whose writes are finished late, one after the other', () => {
  const { unread, write, finish, wait } = encrypted()
  for (let i = 0; i < 6; i++) write(500)
  for (let turn = 0; turn < 200; turn++) {
    expect(unread.bytes).toBe(0)
    write(500)
    wait(10)
    finish(500)
  }
})
