// A listener without a browser: takes packets, sends receipts, and says when each packet came. For load, many in one process.
import { WebSocket } from 'ws'
import { OPUS_RATE_HZ } from '../../src/shared/rungs.ts'
import { CLOSE, RECEIPT_MS, type ServerMessage } from '../../src/shared/wire/control.ts'
import {
  CODEC,
  emptyHeader,
  HEADER_BYTES,
  type PacketHeader,
  readHeader,
} from '../../src/shared/wire/packet.ts'
import { DelayHistogram } from './delay-histogram.ts'

/**
 * reads: as a page does. mute: neither reads nor says anything, as a page whose machine has gone. deaf: does not read, and goes on
 * saying that it has nothing new.
 */
export type Manners = 'reads' | 'mute' | 'deaf'

/** The header is used again for the next; `payload`: where that begins in the view. */
export type OnPacket = (header: Readonly<PacketHeader>, view: DataView, payload: number) => void

export class CrowdListener {
  /** Arrival − capture of each packet, the same clock at both ends; whoever measures empties it. */
  readonly delays = new DelayHistogram()
  /** As the server last told. */
  rung = ''
  readonly closes = new Map<number, number>()
  readonly #url: string
  readonly #opus: boolean
  readonly #onPacket: OnPacket
  readonly #header = emptyHeader()
  #socket: WebSocket | undefined
  #manners: Manners = 'reads'
  #timer: NodeJS.Timeout | undefined
  #rateHz = 44_100
  #streamId = 0
  #position = 0
  #packets = 0
  #bytes = 0
  #stopped = false

  /** `opus`: says that it can play Opus. */
  constructor(url: string, opus = false, onPacket: OnPacket = () => {}) {
    this.#url = url
    this.#opus = opus
    this.#onPacket = onPacket
  }

  /** Connects; resolves with the first packet. */
  async start(): Promise<void> {
    this.#timer = setInterval(() => this.#tell(), RECEIPT_MS)
    await this.#connect()
  }

  set manners(manners: Manners) {
    this.#manners = manners
    if (manners === 'reads') this.#socket?.resume()
    else this.#socket?.pause()
  }

  get isMute(): boolean {
    return this.#manners === 'mute'
  }

  stop(): void {
    this.#stopped = true
    clearInterval(this.#timer)
    this.#socket?.terminate()
  }

  async #connect(): Promise<void> {
    const socket = new WebSocket(this.#url, { perMessageDeflate: false })
    this.#socket = socket
    this.#packets = this.#bytes = this.#position = 0
    socket.on('error', () => {}) // the close that follows says enough
    socket.on('close', (code) => this.#closed(code))
    await new Promise<void>((resolve, reject) => {
      socket.once('close', (code) => reject(new Error(`the server closed a listener with ${code}`)))
      socket.on('message', (data: Buffer, isBinary) => {
        if (isBinary) {
          this.#heard(data)
          resolve()
        } else this.#told(JSON.parse(String(data)) as ServerMessage)
      })
    }).catch((error: unknown) => {
      if (!this.#stopped) throw error
    })
  }

  /** As a page does, it comes back, and behaves as before. */
  #closed(code: number): void {
    this.closes.set(code, (this.closes.get(code) ?? 0) + 1)
    if (this.#stopped) return
    setTimeout(() => {
      if (this.#stopped) return
      void this.#connect()
        .then(() => {
          this.manners = this.#manners
        })
        .catch(() => {}) // its close has been counted, and it tries again
    }, 250)
  }

  /** One that does not read does not see that it was closed: it is told by somebody else. */
  wasClosed(): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return
    this.#socket.removeAllListeners('close')
    this.#socket.terminate()
    this.#closed(CLOSE.silent)
  }

  #told(message: ServerMessage): void {
    if (message.type !== 'audio_config') return
    this.rung = message.rung
    this.#rateHz = message.rateHz
    if (message.streamId !== this.#streamId) this.#position = 0
    this.#streamId = message.streamId
  }

  #heard(data: Buffer): void {
    const nowUs = Number(process.hrtime.bigint()) / 1000
    this.#bytes += data.length
    const view = new DataView(data.buffer, data.byteOffset, data.length)
    const header = this.#header
    for (let at = 0; at < data.length; ) {
      const start = at
      at = readHeader(view, at, header)
      this.#onPacket(header, view, start + HEADER_BYTES)
      const rateHz = header.codec === CODEC.opus ? OPUS_RATE_HZ : this.#rateHz
      const end = ((header.position + header.frames) * this.#rateHz) / rateHz
      this.#packets++
      // What is sent again, or of the past, says nothing of the way.
      if (end <= this.#position) continue
      this.#position = end
      this.delays.add((nowUs - header.captureUs) / 1000)
    }
  }

  #tell(): void {
    const socket = this.#socket
    if (socket?.readyState !== WebSocket.OPEN || this.#manners === 'mute') return
    socket.send(
      JSON.stringify({
        type: 'receipt',
        streamId: this.#streamId,
        position: this.#position,
        packets: this.#packets,
        bytes: this.#bytes,
        latenessMs: 0,
        targetMs: 15,
        episodes: 0,
        opus: this.#opus,
      }),
    )
  }
}
