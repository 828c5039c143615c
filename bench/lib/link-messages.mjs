// The two ends of `record-link`, each a process of its own, so that neither waits for the other's work.
//   send ADDRESS BYTES EVERY_MS COUNT   prints `ready PORT`, sends to the first who connects, ends when that one has gone
//   receive URL COUNT                   prints `[[number, latencyMs], …]` once COUNT messages came or the server has gone
// Both end with their standard input. A message is its number and the monotonic time of its sending, then zeros; that clock is the same at both ends.
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { WebSocket, WebSocketServer } from 'ws'

const nowMs = () => Number(process.hrtime.bigint()) / 1e6

async function send(host, bytes, everyMs, count) {
  const server = new WebSocketServer({ host, port: 0, perMessageDeflate: false })
  await once(server, 'listening')
  console.log(`ready ${server.address().port}`)
  const [socket] = await once(server, 'connection')
  socket.on('error', () => {}) // the receiver has gone: told by `close`
  const message = Buffer.alloc(bytes)
  const from = nowMs()
  for (let number = 0; number < count && socket.readyState === WebSocket.OPEN; ) {
    for (; number < count && nowMs() >= from + number * everyMs; number++) {
      const sent = Buffer.from(message)
      sent.writeUInt32LE(number)
      sent.writeDoubleLE(nowMs(), 4)
      socket.send(sent)
    }
    await wait(Math.max(1, Math.floor(from + number * everyMs - nowMs())))
  }
  if (socket.readyState !== WebSocket.CLOSED) await once(socket, 'close')
  server.close()
}

async function receive(url, count) {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  const arrivals = []
  socket.on('message', (message) => {
    const arrivedMs = nowMs()
    arrivals.push([message.readUInt32LE(0), arrivedMs - message.readDoubleLE(4)])
    if (arrivals.length === count) socket.close()
  })
  await once(socket, 'close')
  const out = Buffer.from(`${JSON.stringify(arrivals)}\n`)
  for (let from = 0; from < out.length; ) from += writeSync(1, out, from)
}

process.stdin.resume().on('end', () => process.exit(1)) // whoever started us is gone
const [role, where, ...numbers] = process.argv.slice(2)
await (role === 'send' ? send : receive)(where, ...numbers.map(Number))
process.exit()
