// Somebody in charge of a room, without a browser: listens live, wishes, and notes what the server answers.
import { WebSocket } from 'ws'
import { RECEIPT_MS, type ServerMessage } from '../../src/shared/wire/control.ts'
import { emptyHeader, HEADER_BYTES, readHeader } from '../../src/shared/wire/packet.ts'
import type { Role, SyncState } from '../../src/shared/wire/room-messages.ts'
import type { SetRoom, Transport } from '../../src/shared/wire/room-schema.ts'
import { waitUntil } from './wait-until.ts'

export interface Controller {
  /** As the server told last. */
  readonly state: SyncState | undefined
  /** What the server would not do, in its order: reasons. */
  readonly refusals: readonly string[]
  /** Of every 10 ms of the live stream, by its place in that, the loudest sample, 0 … 1; a hole where none came. */
  readonly loudness: readonly number[]
  transport(wish: Omit<Transport, 'type'>): void
  setRoom(wish: Omit<SetRoom, 'type'>): void
  /** Waits until the server has told of a state like this. */
  until(what: string, is: (state: SyncState) => boolean, timeoutMs?: number): Promise<SyncState>
  close(): void
}

/** The server's own clock, which on one machine is everybody's: µs. */
export function serverNowUs(): number {
  return Number(process.hrtime.bigint()) / 1000
}

/** Takes a place at `url` (http://…) in live mode; resolves when the room has told of itself and audio comes. */
export async function takeCharge(url: string, role: Role = 'controller'): Promise<Controller> {
  const asked = new URLSearchParams({ session: 'main', mode: 'live', role, rung: 'pcm16' })
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/audio?${asked}`)
  const refusals: string[] = []
  const loudness: number[] = []
  const header = emptyHeader()
  let state: SyncState | undefined
  const receipt = { streamId: 0, position: 0, packets: 0, bytes: 0 }
  // Without receipts the server takes the audio for being on its way still, and soon sends no more.
  const timer = setInterval(() => {
    const rest = { latenessMs: 0, targetMs: 15, episodes: 0, opus: false }
    if (receipt.packets > 0) socket.send(JSON.stringify({ type: 'receipt', ...receipt, ...rest }))
  }, RECEIPT_MS)
  const told = (message: ServerMessage) => {
    if (message.type === 'sync_state') state = message
    else if (message.type === 'error') refusals.push(message.reason)
  }
  const heard = (data: Buffer) => {
    receipt.bytes += data.length
    const view = new DataView(data.buffer, data.byteOffset, data.length)
    for (let at = 0; at < data.length; ) {
      const end = readHeader(view, at, header)
      for (let sample = at + HEADER_BYTES, i = 0; sample < end; sample += 4, i++) {
        const place = Math.floor((header.position + i) / 441)
        loudness[place] = Math.max(loudness[place] ?? 0, Math.abs(view.getInt16(sample, true)) / 32768)
      }
      receipt.packets++
      receipt.streamId = header.streamId
      receipt.position = header.position + header.frames
      at = end
    }
  }
  socket.on('error', () => {}) // what waits for it says that it waits in vain
  socket.on('close', () => clearInterval(timer))
  socket.on('message', (data: Buffer, isBinary) =>
    isBinary ? heard(data) : told(JSON.parse(String(data)) as ServerMessage),
  )
  const send = (message: object) => socket.send(JSON.stringify(message))
  const until: Controller['until'] = (what, is, timeoutMs) =>
    waitUntil(`the room to be ${what}`, () => (state && is(state) ? state : undefined), timeoutMs)
  const controller: Controller = {
    get state() {
      return state
    },
    refusals,
    loudness,
    transport: (wish) => send({ type: 'transport', ...wish }),
    setRoom: (wish) => send({ type: 'set_room', ...wish }),
    until,
    close() {
      clearInterval(timer)
      socket.terminate()
    },
  }
  await until('told of', () => receipt.packets > 0).catch((error: unknown) => {
    controller.close()
    throw error
  })
  return controller
}
