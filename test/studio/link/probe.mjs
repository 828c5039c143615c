// The far end of the link's own tests. Answers every TCP byte with the same byte, sends `bytes` zeros to whoever connects
// to the second port, and keeps the number in front of every UDP packet. stdout: `ready TCP_PORT SOURCE_PORT UDP_PORT`;
// a line on stdin is answered with the numbers that came since the last one, as JSON. Ends with its standard input.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'

const [address, bytes = '0'] = process.argv.slice(2)
let numbers = []
const echo = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {}) // the test has gone
  socket.pipe(socket)
})
const source = createServer((socket) => {
  socket.on('error', () => {}) // the test has gone
  socket.end(Buffer.alloc(Number(bytes)))
})
const udp = createSocket('udp4')
udp.on('message', (message) => numbers.push(message.readUInt32LE(0)))
udp.bind(0, address)
for (const server of [echo, source]) server.listen(0, address)
await Promise.all([echo, source, udp].map((server) => once(server, 'listening')))
console.log(['ready', echo.address().port, source.address().port, udp.address().port].join(' '))
for await (const _ of createInterface(process.stdin)) {
  console.log(JSON.stringify(numbers))
  numbers = []
}
process.exit()
