// A listener without a browser: it comes back as the page does, by the page's own connection, and knows sound from silence.
import { OpusDecoder } from 'opus-decoder'
import { WebSocket } from 'ws'
import { OPUS_RATE_HZ, type RungName, rungNamed } from '../../src/shared/rungs.ts'
import { RECEIPT_MS, type ServerMessage } from '../../src/shared/wire/control.ts'
import { CODEC, emptyHeader, HEADER_BYTES, readHeader } from '../../src/shared/wire/packet.ts'
import { Connection, type Socket } from '../../web/network/connection.ts'
import { nowUs } from './now.ts'

const TICK_MS = 50
/** −60 dB of full scale: louder is sound. */
const AUDIBLE = 0.001

interface Waiting {
  sinceUs: number
  /** Silence will do. */
  anything: boolean
  heard: (atUs: number) => void
}

export interface ListenerOptions {
  port: number
  rung: RungName
  /** Over TLS, whoever the certificate is of. */
  secure?: boolean
  /** Does not look into packets, and takes them for sound: one of many who all get the same. */
  oneOfMany?: boolean
}

export class ChaosListener {
  /** Each attempt to connect, µs. */
  readonly knocksUs: number[] = []
  /** Streams it has been told of, one after the other. */
  readonly streamIds: number[] = []
  /** Sound that was missing inside of streams, ms. */
  missingMs = 0
  readonly #connection: Connection
  readonly #decoder: OpusDecoder<48000> | undefined
  readonly #ready: Promise<void>
  readonly #timers: NodeJS.Timeout[]
  readonly #header = emptyHeader()
  readonly #waiting = new Set<Waiting>()
  readonly #url: string
  readonly #oneOfMany: boolean
  #rateHz = 44_100
  /** Where the next packet of the stream begins. */
  #next = Number.NaN
  #receipt = { streamId: 0, position: 0, packets: 0, bytes: 0 }

  constructor({ port, rung, secure = false, oneOfMany = false }: ListenerOptions) {
    this.#url = `${secure ? 'wss' : 'ws'}://127.0.0.1:${port}/ws/audio?rung=${rung}`
    const isOpus = rungNamed(rung).codec === 'opus'
    this.#decoder = isOpus && !oneOfMany ? new OpusDecoder({ channels: 2 }) : undefined
    this.#oneOfMany = oneOfMany
    this.#ready = this.#decoder?.ready ?? Promise.resolve()
    this.#connection = new Connection({
      open: (url) => {
        this.knocksUs.push(nowUs())
        return openSocket(url)
      },
      nowMs: () => performance.now(),
      random: Math.random,
      onOpen: () => {
        this.#receipt = { streamId: 0, position: 0, packets: 0, bytes: 0 }
        this.#next = Number.NaN
      },
      onMessage: (data) => this.#take(data),
      onLink: () => {},
    })
    this.#timers = [
      setInterval(() => this.#connection.tick(), TICK_MS),
      setInterval(() => this.#tell(isOpus), RECEIPT_MS),
    ]
  }

  /** Connects, and goes on doing so until `stop`. */
  async start(): Promise<void> {
    await this.#ready
    this.#connection.start(this.#url)
  }

  get connected(): boolean {
    return this.#connection.connected
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer)
    this.#connection.stop()
    this.#decoder?.free()
  }

  /** Resolves with the ms from then to when sound came that was captured after it. */
  soundAfter(sinceUs: number): Promise<number> {
    return this.#after(sinceUs, this.#oneOfMany)
  }

  /** The same for whatever was captured, silence too. */
  capturedAfter(sinceUs: number): Promise<number> {
    return this.#after(sinceUs, true)
  }

  async #after(sinceUs: number, anything: boolean, limitMs = 60_000): Promise<number> {
    const waiting: Waiting = { sinceUs, anything, heard: () => {} }
    let timer: NodeJS.Timeout | undefined
    try {
      const atUs = await new Promise<number>((resolve, reject) => {
        waiting.heard = resolve
        this.#waiting.add(waiting)
        timer = setTimeout(() => reject(new Error(`no sound for ${limitMs} ms`)), limitMs)
      })
      return (atUs - sinceUs) / 1000
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(waiting)
    }
  }

  #take(data: unknown): void {
    if (data instanceof ArrayBuffer) {
      this.#receipt.bytes += data.byteLength
      this.#packets(data)
    } else {
      this.#receipt.bytes += (data as string).length
      this.#told(JSON.parse(data as string) as ServerMessage)
    }
  }

  #told(message: ServerMessage): void {
    if (message.type === 'source_state') this.#connection.expectPackets(message.state === 'running')
    if (message.type !== 'audio_config') return
    this.#rateHz = message.rateHz
    if (message.streamId === this.streamIds.at(-1)) return
    this.streamIds.push(message.streamId)
    this.#next = Number.NaN
  }

  #packets(message: ArrayBuffer): void {
    this.#connection.heardPacket(performance.now())
    const view = new DataView(message)
    const header = this.#header
    for (let from = 0; from < message.byteLength; ) {
      const end = readHeader(view, from, header)
      const { streamId, codec, position, frames } = header
      const rateHz = codec === CODEC.opus ? OPUS_RATE_HZ : this.#rateHz
      // What is sent again is not missing.
      if (position > this.#next) this.missingMs += ((position - this.#next) * 1000) / rateHz
      this.#next = position + frames
      this.#receipt = {
        ...this.#receipt,
        streamId,
        position: Math.round((this.#next * this.#rateHz) / rateHz),
        packets: this.#receipt.packets + 1,
      }
      this.#judge(new Uint8Array(message, from + HEADER_BYTES, header.payloadBytes))
      from = end
    }
  }

  #judge(payload: Uint8Array): void {
    const { codec, captureUs } = this.#header
    const isOpus = codec === CODEC.opus
    if (this.#waiting.size === 0 && !isOpus) return
    // Each frame of Opus leans on those before it: all are decoded.
    const peak = this.#oneOfMany ? 0 : isOpus ? this.#opusPeak(payload) : pcmPeak(payload, codec)
    for (const { sinceUs, anything, heard } of this.#waiting)
      if (captureUs > sinceUs && (anything || peak >= AUDIBLE)) heard(nowUs())
  }

  #opusPeak(payload: Uint8Array): number {
    const { channelData } = this.#decoder?.decodeFrame(payload) ?? { channelData: [] }
    return peakOf(channelData[0] ?? [])
  }

  #tell(opus: boolean): void {
    const figures = { latenessMs: 0, targetMs: 15, episodes: 0, opus }
    this.#connection.send(JSON.stringify({ type: 'receipt', ...this.#receipt, ...figures }))
  }
}

function openSocket(url: string): Socket {
  const socket = new WebSocket(url, { perMessageDeflate: false, rejectUnauthorized: false })
  socket.on('error', () => {}) // the close that follows says enough
  return socket as unknown as Socket
}

function pcmPeak(payload: Uint8Array, codec: number): number {
  const bytes = payload.slice().buffer
  return codec === CODEC.pcmF32 ? peakOf(new Float32Array(bytes)) : peakOf(new Int16Array(bytes)) / 32_768
}

function peakOf(samples: ArrayLike<number>): number {
  let peak = 0
  for (let i = 0; i < samples.length; i++) peak = Math.max(peak, Math.abs(samples[i] as number))
  return peak
}
