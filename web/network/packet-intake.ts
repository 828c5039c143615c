import { MIX_CHANNELS } from '../../src/shared/audio-format.ts'
import type { ControlBlock } from '../../src/shared/ring/control-block.ts'
import type { SampleRing } from '../../src/shared/ring/sample-ring.ts'
import { LIVE_SEGMENT, type Segment } from '../../src/shared/room/segments.ts'
import {
  CODEC,
  emptyHeader,
  FLAG_GAP,
  FLAG_WARM_UP,
  HEADER_BYTES,
  readHeader,
} from '../../src/shared/wire/packet.ts'
import { WireError } from '../../src/shared/wire/wire-error.ts'
import { ArrivalNews, type ArrivalNewsOptions } from './arrival-news.ts'
import type { OpusDecoder } from './decode/opus-loader.ts'
import { isLowDelayFrame, OpusSource, type PacketTime } from './decode/opus-source.ts'
import { PcmSource } from './decode/pcm-source.ts'
import { MarkerArrival } from './marker-arrival.ts'
import { RingWriter } from './ring-writer.ts'
import { isSameSound } from './room/same-sound.ts'

export interface PacketIntakeOptions extends ArrivalNewsOptions {
  ring: SampleRing
  control: ControlBlock
}

/** What repeats packets that came this much earlier is not kept for later once more, ms. */
const REPEATED_MS = 1000

/** What the packets of a stream have in common. */
export interface StreamShape {
  serial: number
  streamId: number
  rateHz: number
  /** Per packet of PCM. */
  packetFrames: number
}

/** What a message has of the room's axis. */
export interface Extent {
  /** NaN: there is nothing in it that could be played. */
  from: number
  to: number
}

/**
 * Binary messages → ring. Thread: worker. Counts by position, which says what is missing whether a packet was lost,
 * dropped or never recorded. What a packet is made of is the business of its source (`decode/`).
 *
 * A message is either taken, as soon as it comes, or it arrives and is played later: then it is counted and timed when it
 * arrives. Packets have positions in the stream; all that is told is in room positions, which `segment` says how to come by.
 */
export class PacketIntake {
  /** Of a measurement. */
  readonly marker: MarkerArrival
  readonly #control: ControlBlock
  readonly #header = emptyHeader()
  readonly #writer: RingWriter
  readonly #pcm: PcmSource
  readonly #opus: OpusSource
  readonly #news: ArrivalNews
  #streamId = Number.NaN
  #rateHz = Number.NaN
  #codec = 0
  #pcmDesignMs = 0
  /** Of the packets that come. */
  #segment: Segment = LIVE_SEGMENT
  /** One past the newest frame of the stream, over whatever connection it came; NaN before the first. */
  #newest = Number.NaN
  /** Of this connection: packets, bytes of messages, and one past the newest frame, at the stream's rate on the room's axis. */
  packets = 0
  bytes = 0
  receivedTo = 0

  constructor(opts: PacketIntakeOptions) {
    const { ring, control } = opts
    this.#control = control
    this.marker = new MarkerArrival(control)
    const news = new ArrivalNews(opts)
    const writer = new RingWriter(ring, control)
    const onPacket = (time: PacketTime, arrivalMs: number) => news.packet(time, arrivalMs)
    this.#news = news
    this.#writer = writer
    this.#pcm = new PcmSource(control, writer, onPacket)
    this.#opus = new OpusSource({ control, writer, onPacket, onTurn: (designMs) => news.turn(designMs) })
  }

  /** From now on packets of this stream are taken, and no others. The ring is cleared by the caller. */
  begin({ serial, streamId, rateHz, packetFrames }: StreamShape): void {
    this.#streamId = streamId
    this.#rateHz = rateHz
    this.#codec = 0
    this.#pcmDesignMs = (packetFrames * 1000) / rateHz
    this.#news.begin(rateHz)
    this.#segment = LIVE_SEGMENT
    this.receivedTo = 0
    this.#newest = Number.NaN
    this.marker.forget()
    this.#writer.begin(serial, rateHz)
    this.#opus.begin(rateHz)
  }

  /** A connection begins: what is counted of it is 0. */
  connected(): void {
    this.packets = 0
    this.bytes = 0
    this.receivedTo = 0
    this.marker.forget()
    this.#control.set('gapsAnnounced', 0)
  }

  /** One past the newest frame that has come of the stream, room position; NaN before the first. */
  get newest(): number {
    return this.#newest
  }

  /** One past what has come and is held back: the worklet is told of it. */
  set heldTo(position: number) {
    this.#writer.heldTo = position
  }

  /** One past what there is to be played, room position. */
  get readyTo(): number {
    return this.#writer.readyTo
  }

  /** From now on Opus can be played, and what has waited of it is. */
  startOpus(decoder: OpusDecoder): void {
    this.#opus.start(decoder)
  }

  /** The packets that come from now on are of this segment, and begin with it: what came beyond may come again. `sourceRateHz`: measured; NaN: not known. */
  segmentComes(segment: Segment, sourceRateHz: number): void {
    this.#writer.comesAgain(isSameSound(segment, this.#segment))
    this.#segment = segment
    this.#news.shiftBy(segment.shift, sourceRateHz)
    this.receivedTo = Math.min(this.receivedTo, segment.from)
    if (segment.from < this.#newest) this.#newest = segment.from
  }

  /** The packets that are played from now on are of this segment. */
  playSegment(segment: Segment): void {
    // Another place in the stream: what a decoder knows of the one before is of no use.
    if (this.#writer.segment(segment)) this.#opus.leave()
  }

  /** One message: packets back to back. What is not a packet ends the message and is counted. Never throws. */
  take(message: ArrayBuffer, arrivalMs: number): void {
    this.bytes += message.byteLength
    this.#read(message, true, (at) => {
      this.#play(message, at, arrivalMs)
      this.#received(arrivalMs)
    })
  }

  /** The same for one that is played later: what there is to play in it. */
  arrive(message: ArrayBuffer, arrivalMs: number): Extent {
    const extent = { from: Number.NaN, to: Number.NaN }
    this.bytes += message.byteLength
    this.#read(message, true, () => {
      this.#arrived(arrivalMs, extent)
      this.#received(arrivalMs)
    })
    return extent
  }

  /** Plays one that has arrived. */
  play(message: ArrayBuffer): void {
    this.#news.silent = true
    this.#read(message, false, (at) => this.#play(message, at, Number.NaN))
    this.#news.silent = false
  }

  /** What had arrived before what is played next is not played at all. */
  skips(): void {
    this.#writer.skips()
  }

  /** Where the first packet of a message begins, room position; NaN when there is none. Nothing is counted. */
  startOf(message: ArrayBuffer): number {
    let start = Number.NaN
    this.#read(message, false, () => {
      if (Number.isNaN(start)) start = this.#roomPosition(0)
    })
    return start
  }

  /** Reads packet after packet into `#header`, and calls `packet` with where the payload of a good one is. */
  #read(message: ArrayBuffer, counted: boolean, packet: (at: number) => void): void {
    const view = new DataView(message)
    this.#pcm.open(message)
    let bad = message.byteLength === 0 ? 1 : 0
    let offset = 0
    try {
      while (offset < message.byteLength) {
        const next = readHeader(view, offset, this.#header)
        if (this.#fits(view, offset + HEADER_BYTES)) packet(offset + HEADER_BYTES)
        else bad++
        offset = next
      }
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      bad++
    }
    if (counted && bad > 0) this.#control.add('messagesBad', bad)
  }

  /** It is of this stream, and of a kind that can be played. */
  #fits(view: DataView, at: number): boolean {
    const { codec, frames, streamId, channels } = this.#header
    if (streamId !== this.#streamId || channels !== MIX_CHANNELS) return false
    return codec !== CODEC.opus || isLowDelayFrame(view.getUint8(at), frames)
  }

  #play(message: ArrayBuffer, at: number, arrivalMs: number): void {
    const header = this.#header
    const { codec, payloadBytes } = header
    const turned = codec !== this.#codec
    this.#codec = codec
    if (codec === CODEC.opus) {
      this.#opus.take(header, new Uint8Array(message, at, payloadBytes), arrivalMs)
      return
    }
    if (turned) {
      this.#opus.leave()
      this.#writer.turn()
    }
    if (turned || this.#news.designMs !== this.#pcmDesignMs) this.#news.turn(this.#pcmDesignMs)
    this.#pcm.take(header, at, arrivalMs)
  }

  /** One that is played later: when it came is told now. */
  #arrived(arrivalMs: number, extent: Extent): void {
    const header = this.#header
    const isOpus = header.codec === CODEC.opus
    const isWarmUp = (header.flags & FLAG_WARM_UP) !== 0
    const end = this.#roomPosition(header.frames)
    if (!isWarmUp && !(end <= this.#newest)) {
      const designMs = isOpus ? this.#opus.designMs(header.frames) : this.#pcmDesignMs
      if (designMs !== this.#news.designMs) this.#news.turn(designMs)
      this.#news.packet(isOpus ? this.#opus.timeOf(header) : header, arrivalMs)
    }
    // A server that does not know how much of it is here sends it once more.
    if (end <= this.#newest - (this.#rateHz * REPEATED_MS) / 1000) return
    if (Number.isNaN(extent.from)) extent.from = this.#roomPosition(0)
    extent.to = end
  }

  #received(arrivalMs: number): void {
    const end = this.#roomPosition(this.#header.frames)
    if (this.marker.waits && (this.#header.flags & FLAG_WARM_UP) === 0)
      this.marker.came(this.#roomPosition(0), end, this.#segment, arrivalMs)
    this.packets++
    this.#control.add('packetsReceived', 1)
    if (end > this.receivedTo) this.receivedTo = end
    // What the server had kept is sent again, and says again what is missing in it; what only warms up is not heard.
    const gap = (this.#header.flags & (FLAG_GAP | FLAG_WARM_UP)) === FLAG_GAP
    if (gap && end > this.#newest) this.#control.add('gapsAnnounced', 1)
    if (!(end <= this.#newest)) this.#newest = end
  }

  /** Of a frame of the packet that has been read: where it is on the room's axis. Not always whole. */
  #roomPosition(frame: number): number {
    const { codec, position } = this.#header
    const inStream = codec === CODEC.opus ? this.#opus.toStream(position + frame) : position + frame
    return inStream + this.#news.shift
  }
}
