// Connections that keep to no protocol, or only as far as they like.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** Resolves when it is open. What goes wrong with it afterwards shows as its close. */
export async function openRaw(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.on('error', () => {}) // a reset is one of the ways to end it
  return socket
}

/** The same through TLS, whoever the certificate is of. */
export async function openSecure(port: number): Promise<Socket> {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  socket.on('error', () => {})
  return socket
}

/** What a client says first when it begins with TLS. */
export async function clientHello(): Promise<Buffer> {
  const there = createServer().listen(0, '127.0.0.1')
  await once(there, 'listening')
  const { port } = there.address() as AddressInfo
  const client = connectTls({ port, host: '127.0.0.1' })
  client.on('error', () => {}) // nobody answers
  const [socket] = (await once(there, 'connection')) as [Socket]
  const [hello] = (await once(socket, 'data')) as [Buffer]
  client.destroy()
  socket.destroy()
  there.close()
  return hello
}

/** The head of a WebSocket's request. */
export const upgradeHead = (path: string, port: number) =>
  [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    '\r\n',
  ].join('\r\n')

/** A WebSocket as far as its first answer. On a machine that stands still the server may find somebody slow who is not: then once more. */
export async function openUpgraded(path: string, port: number, open = openRaw): Promise<Socket> {
  for (let tries = 0; tries < 20; tries++) {
    const socket = await open(port)
    socket.write(upgradeHead(path, port))
    const answer = await new Promise<string>((resolve) => {
      socket.once('data', (data) => resolve(data.toString('latin1')))
      socket.once('close', () => resolve('408'))
    })
    if (answer.startsWith('HTTP/1.1 101 ')) return socket
    if (!answer.includes('408')) throw new Error(`no upgrade: ${answer.slice(0, 200)}`)
    socket.destroy()
  }
  throw new Error('no upgrade, however often it is asked for')
}

/** A masked frame, the mask zero. `claimed`: the length it says it has. */
export function frame(firstByte: number, payload: Uint8Array, claimed = payload.length): Buffer {
  const head = Buffer.alloc(claimed < 126 ? 6 : 14)
  head[0] = firstByte
  head[1] = 0x80 | (claimed < 126 ? claimed : 127)
  if (claimed >= 126) head.writeBigUInt64BE(BigInt(claimed), 2)
  return Buffer.concat([head, payload])
}

/** Resolves when the other side, too, has let go; what it says until then is not looked at. */
export async function untilClosed(socket: Socket): Promise<void> {
  socket.resume()
  if (!socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()))
}

/** Does it `count` times, so many at once. */
export async function crowd(count: number, atOnce: number, one: (i: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) await one(next++)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
