import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { frameBinary, frameText, textOf } from './ws-frame.ts'

test.each(['', '{"a":1}', 'ü'.repeat(100), '•'.repeat(30_000)])('a text is read as it was framed', (text) => {
  expect(textOf(frameText(text))).toBe(text)
  expect(textOf(frameBinary(Buffer.from(text)))).toBeUndefined()
})

test.each([1, 125, 126, 544, 65_535, 65_536])(
  'a message of %i bytes arrives whole, between those `ws` sends',
  async (size) => {
    const http = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void http.close())
    await once(http, 'listening')
    const payload = Buffer.alloc(size, 7)
    new WebSocketServer({ server: http }).on('connection', (socket, request) => {
      socket.send('before')
      request.socket.write(frameBinary(payload))
      request.socket.write(frameText('•'.repeat(size)))
      socket.send('after')
      socket.close()
    })
    const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`)
    const messages: (string | Buffer)[] = []
    client.on('message', (data, isBinary) => messages.push(isBinary ? (data as Buffer) : String(data)))
    await once(client, 'close')
    expect(messages).toEqual(['before', payload, '•'.repeat(size), 'after'])
  },
)
