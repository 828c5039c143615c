// One question to one NTP server. Own code, because the packages there are stamp with `Date.now()`, which is whole
// milliseconds and can be set, and take whatever answers for the answer.
import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { serverUs } from '../server-clock.ts'
import { NtpError } from './ntp-error.ts'
import { decodeReply, encodeRequest } from './ntp-packet.ts'
import { type NtpServer, nameOf } from './ntp-server.ts'
import { type Sample, sampleOf } from './sample.ts'

/** @throws NtpError after `timeoutMs` at the latest, or when `signal` aborts */
export type Ask = (server: NtpServer, timeoutMs: number, signal: AbortSignal) => Promise<Sample>

export const askNtp: Ask = async (server, timeoutMs, signal) => {
  const ended = new AbortController()
  const end = () => ended.abort()
  const timer = setTimeout(end, timeoutMs)
  signal.addEventListener('abort', end)
  if (signal.aborted) end()
  let socket: Socket | undefined
  try {
    const { address, family } = await resolved(server.host, ended.signal)
    // A socket, and so a port, for each question: one more thing that a stranger would have to guess.
    socket = createSocket(family === 6 ? 'udp6' : 'udp4')
    return await exchange(socket, { ...server, address }, ended.signal)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
    socket?.close()
  }
}

function exchange(
  socket: Socket,
  server: NtpServer & { address: string },
  ended: AbortSignal,
): Promise<Sample> {
  return new Promise((resolve, reject) => {
    const nonce = randomBytes(8).readBigUInt64BE()
    let sentUs = 0
    let last = new NtpError('no-answer')
    socket.on('error', (error) => reject(new NtpError('unreachable', error.message)))
    socket.on('message', (bytes) => {
      const receivedUs = serverUs()
      try {
        resolve(sampleOf(nameOf(server), decodeReply(bytes, nonce), sentUs, receivedUs))
      } catch (error) {
        if (!(error instanceof NtpError)) return reject(error)
        last = error
        // What does not carry the nonce may be from anybody: the real answer is still waited for.
        if (error.fault !== 'truncated' && error.fault !== 'wrong-origin') reject(error)
      }
    })
    ended.addEventListener('abort', () => reject(last), { once: true })
    if (ended.aborted) reject(last)
    // Connected, so that only this address is heard, and a closed port is told at once.
    socket.connect(server.port, server.address, (error?: Error) => {
      if (error) return reject(new NtpError('unreachable', error.message))
      sentUs = serverUs()
      socket.send(encodeRequest(nonce))
    })
  })
}

/** A name service that hangs must not hold up the other servers; what it says too late is not heard. */
async function resolved(host: string, ended: AbortSignal): Promise<{ address: string; family: number }> {
  const late = new Promise<never>((_resolve, reject) => {
    const gone = () => reject(new NtpError('no-answer', 'the name service does not answer'))
    if (ended.aborted) gone()
    ended.addEventListener('abort', gone, { once: true })
  })
  late.catch(() => undefined)
  const found = lookup(host).catch((error: NodeJS.ErrnoException) => {
    throw new NtpError('unreachable', error.message)
  })
  found.catch(() => undefined)
  return Promise.race([found, late])
}
