import { once } from 'node:events'
import { get as getPlain, type IncomingMessage } from 'node:http'
import { get as getSecure, type RequestOptions } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { connect as connectTls } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { testCertificate } from './fixtures/test-certificate.ts'
import { type SecureServerOptions, SecureServers } from './secure-server.ts'

/** A server that answers each request with its path. */
async function serve(options: Partial<SecureServerOptions> = {}) {
  const certificate = options.certificate ?? (await testCertificate())
  const servers = new SecureServers({ patienceMs: 30_000, ...options, certificate })
  const server = servers.create(
    ((request: IncomingMessage, response: { end(text: string): void }) =>
      response.end(`secure ${request.url}`)) as never,
    {},
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    servers.close()
    server.closeAllConnections()
    server.close()
  })
  return { servers, server, certificate, port: (server.address() as AddressInfo).port }
}

/** Waits for nothing but the condition. */
async function until(satisfied: () => boolean): Promise<void> {
  while (!satisfied()) await new Promise((resolve) => setTimeout(resolve, 2))
}

async function ask(get: typeof getSecure, options: RequestOptions) {
  const [reply] = (await once(
    get({ host: '127.0.0.1', rejectUnauthorized: false, agent: false, ...options }),
    'response',
  )) as [IncomingMessage]
  return { status: reply.statusCode, headers: reply.headers, body: await text(reply) }
}

/** Its fingerprint, as a browser sees it. */
async function shownAt(port: number): Promise<string> {
  const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { fingerprint256 } = socket.getPeerCertificate()
  socket.destroy()
  return fingerprint256
}

test('one port speaks HTTPS, and sends plain HTTP there', async () => {
  const { servers, port } = await serve()
  expect(await ask(getSecure, { port, path: '/a' })).toMatchObject({ status: 200, body: 'secure /a' })
  const plain = await ask(getPlain as typeof getSecure, { port, path: '/s/jam?role=engineer' })
  expect(plain).toMatchObject({
    status: 308,
    headers: { location: `https://127.0.0.1:${port}/s/jam?role=engineer`, connection: 'close' },
  })
  expect(servers.counters).toEqual({ redirected: 1, tooSlow: 0, garbage: 0, pushedOut: 0 })
})

test('a handshake and a request that come byte by byte are understood', async () => {
  const { port } = await serve()
  const raw = connect(port, '127.0.0.1')
  await once(raw, 'connect')
  for (const byte of 'GET /b HTTP/1.1\r\nHost: here\r\n\r\n') {
    await new Promise((resolve) => raw.write(byte, resolve))
    await new Promise(setImmediate)
  }
  expect(await text(raw)).toContain('location: https://here/b')

  // TLS through a pipe that hands on one byte, then the rest.
  const far = connect(port, '127.0.0.1')
  await once(far, 'connect')
  const { Duplex } = await import('node:stream')
  const slow = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      far.write(chunk.subarray(0, 1), () => setImmediate(() => far.write(chunk.subarray(1), () => done())))
    },
  })
  far.on('data', (chunk) => slow.push(chunk))
  const tls = connectTls({ socket: slow as never, rejectUnauthorized: false })
  await once(tls, 'secureConnect')
  tls.write('GET /c HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n')
  const [answer] = (await once(tls, 'data')) as [Buffer]
  expect(String(answer)).toMatch(/^HTTP\/1.1 200 OK/)
  far.destroy()
})

test('a WebSocket without TLS is not upgraded', async () => {
  const { port } = await serve()
  const upgrade = { connection: 'Upgrade', upgrade: 'websocket' }
  expect(
    (await ask(getPlain as typeof getSecure, { port, path: '/ws/audio', headers: upgrade })).status,
  ).toBe(308)
})

test.each([['\x00\x01\x02\x03'], ['hello\r\n'], ['\x80\x2e\x01']])(
  'what is neither, such as %j, is hung up on',
  async (bytes) => {
    const { servers, port } = await serve()
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {}) // reset or closed, as it comes
    socket.write(bytes)
    await once(socket, 'close')
    expect(servers.counters.garbage).toBe(1)
  },
)

test('a request that does not name its host gets no redirect', async () => {
  const { servers, port } = await serve()
  const socket = connect(port, '127.0.0.1')
  socket.write('GET / HTTP/1.0\r\n\r\n')
  expect(await text(socket)).toMatch(/^HTTP\/1.1 400 /)
  expect(servers.counters.redirected).toBe(0)
})

test.each([
  ['nothing', ''],
  ['half a request', 'GET / HT'],
])('who says %s is not waited for', async (_what, bytes) => {
  const { servers, port } = await serve({ patienceMs: 20 })
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(bytes)
  socket.resume()
  await once(socket, 'close')
  expect(servers.counters.tooSlow).toBe(1)
})

test('a handshake that stops half way is not waited for', async () => {
  const { server, port } = await serve({ patienceMs: 20 })
  const failed = once(server, 'tlsClientError')
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(Buffer.from([0x16, 3, 1, 2, 0]))
  const [error] = (await failed) as [NodeJS.ErrnoException]
  expect(error.code).toBe('ERR_TLS_HANDSHAKE_TIMEOUT')
  socket.destroy()
})

test('of too many who say nothing the oldest has to go, and others are served', async () => {
  const { servers, server, port } = await serve({ mostWaiting: 2 })
  const sockets: Socket[] = []
  for (let i = 0; i < 3; i++) {
    const accepted = once(server, 'connection')
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {}).resume()
    sockets.push(socket)
    await accepted
  }
  await until(() => sockets[0]?.destroyed === true)
  expect(servers.counters.pushedOut).toBe(1)
  expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true, false, false])
  expect((await ask(getSecure, { port, path: '/a' })).status).toBe(200)
  for (const socket of sockets) socket.destroy()
})

test('another certificate is shown from then on, and open connections go on', async () => {
  const { servers, certificate, port } = await serve()
  const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  expect(await shownAt(port)).toBe(certificate.fingerprint)
  const next = await testCertificate()
  servers.use(next)
  expect(await shownAt(port)).toBe(next.fingerprint)
  socket.write('GET /still HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n')
  expect(await text(socket)).toContain('secure /still')
})

test('closing waits for nobody who has not said a word', async () => {
  const { servers, server, port } = await serve()
  const accepted = once(server, 'connection')
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {}).resume()
  await accepted
  const closed = once(server, 'close')
  server.close()
  servers.close()
  await closed
  socket.destroy()
})
