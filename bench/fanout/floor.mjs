// The floor: what it costs to give the same bytes to as many with nothing but `ws`. It listens to the server as one listener
// does, and sends every binary message on to everybody who has come, as its own manual shows it; no backpressure but one bound, so that
// those who do not read do not fill the memory. What it is told it does not read.
// Usage: floor URL        stdout: its port, in a line. The end of stdin ends it.
import process from 'node:process'
import { WebSocket, WebSocketServer } from 'ws'

const MOST_BUFFERED_BYTES = 1 << 20
const RECEIPT_MS = 100

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
server.on('listening', () => process.stdout.write(`${server.address().port}\n`))
server.on('connection', (socket, request) => {
  request.socket.setNoDelay(true)
  socket.on('error', () => {}) // who hangs up is gone
})

const source = new WebSocket(process.argv[2], { perMessageDeflate: false })
const had = { streamId: 0, position: 0, packets: 0, bytes: 0 }
source.on('close', (code) => {
  process.stderr.write(`the server closed the floor with ${code}\n`)
  process.exit(1)
})
source.on('message', (data, isBinary) => {
  if (!isBinary) return
  had.streamId = data.readUInt32LE(8)
  had.position = data.readDoubleLE(16) + data.readUInt16LE(4)
  had.packets++
  had.bytes += data.length
  for (const socket of server.clients) {
    if (socket.readyState !== WebSocket.OPEN || socket.bufferedAmount > MOST_BUFFERED_BYTES) continue
    socket.send(data, { binary: true })
  }
})
// Its target is so small that it is sent each packet by itself.
setInterval(() => {
  if (source.readyState !== WebSocket.OPEN) return
  const receipt = { type: 'receipt', ...had, latenessMs: 0, targetMs: 0, episodes: 0, opus: true }
  source.send(JSON.stringify(receipt))
}, RECEIPT_MS)
process.stdin.on('end', () => process.exit(0)).resume()
