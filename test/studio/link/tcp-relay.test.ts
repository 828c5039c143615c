import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { waitUntil } from '../wait-until.ts'
import type { LinkConditions } from './conditions.ts'
import { startTcpRelay } from './tcp-relay.ts'

async function served(onSocket: (socket: Socket) => void, conditions: LinkConditions) {
  const server = createServer((socket) => {
    socket.on('error', () => {}) // the test has gone
    onSocket(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const relay = await startTcpRelay(conditions, {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
  })
  onTestFinished(async () => {
    await relay.stop()
    await new Promise((resolve) => server.close(resolve))
  })
  const open = () => {
    const socket = connect({ host: '127.0.0.1', port: relay.port, noDelay: true })
    onTestFinished(() => void socket.destroy())
    return socket
  }
  return { relay, open }
}

test('every byte comes, in order and never before its time, and the end after them', async () => {
  const sent = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7) & 255))
  const { relay, open } = await served((socket) => socket.end(sent), {
    down: { delayMs: 20, rateMbit: 16, queueMs: 10 },
    up: { delayMs: 20 },
  })
  const from = performance.now()
  expect((await buffer(open())).equals(sent)).toBe(true)
  // 100 kB at 16 Mbit/s are 50 ms, and 20 more on the way.
  expect(performance.now() - from).toBeGreaterThanOrEqual(69)
  expect((await relay.counters()).down).toEqual({ bytes: sent.length, forwardedBytes: sent.length })
})

test('an outage passes nothing, and what was said in it comes afterwards', async () => {
  const { relay, open } = await served((socket) => void socket.pipe(socket), { down: {}, up: {} })
  const socket = open()
  await once(socket, 'connect')
  socket.write('before')
  expect(String((await once(socket, 'data'))[0])).toBe('before')
  const from = performance.now()
  await relay.outage(300)
  socket.write('in it')
  expect(String((await once(socket, 'data'))[0])).toBe('in it')
  expect(performance.now() - from).toBeGreaterThanOrEqual(299)
})

test('conditions change while a connection lasts', async () => {
  const { relay, open } = await served((socket) => void socket.pipe(socket), { down: {}, up: {} })
  const socket = open()
  await once(socket, 'connect')
  await relay.change('down', { delayMs: 40 })
  await relay.change('up', { delayMs: 40 })
  const from = performance.now()
  socket.write('x')
  await once(socket, 'data')
  expect(performance.now() - from).toBeGreaterThanOrEqual(79)
})

test('one who does not read holds the writer back, and takes no memory for it', async () => {
  const { relay, open } = await served(
    (socket) => {
      const more = () => {
        while (socket.write(Buffer.alloc(65_536))) {}
      }
      socket.on('drain', more)
      more()
    },
    { down: { rateMbit: 800, queueMs: 1 }, up: {} },
  )
  const slow = open()
  slow.pause()
  let before = 0
  await waitUntil('nothing to move any more', async () => {
    const { bytes } = (await relay.counters()).down
    const same = bytes > 0 && bytes === before
    before = bytes
    return same
  })
  const { bytes, forwardedBytes } = (await relay.counters()).down
  expect(bytes - forwardedBytes).toBeLessThan(400_000)
})

test('a server that is not there closes the connection', async () => {
  const { relay, open } = await served(() => {}, { down: {}, up: {} })
  expect(relay.confession).toContain('not a network')
  const gone = await startTcpRelay({ down: {}, up: {} }, { host: '127.0.0.1', port: 1 })
  onTestFinished(() => gone.stop())
  const socket = connect({ host: '127.0.0.1', port: gone.port })
  socket.on('error', () => {}) // reset is as good as an end
  await once(socket, 'close')
  open().destroy()
})

test('it goes on while whoever started it is busy', async () => {
  const relay = await startTcpRelay({ down: {}, up: {} }, { host: '127.0.0.1', port: 1 })
  onTestFinished(() => relay.stop())
  // Closed by the relay, since nobody serves that port; nothing else happens here until it was.
  const visit = `require('node:net').connect(${relay.port}, '127.0.0.1').on('error', () => {}).on('close', () => process.exit())`
  execFileSync(process.execPath, ['-e', visit], { timeout: 10_000 })
})
