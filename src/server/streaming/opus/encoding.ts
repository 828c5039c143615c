// Thread: Opus worker. One stream of PCM in, the packets of every open rung out: the rate is converted once for all.
import { MIX_CHANNELS } from '../../../shared/audio-format.ts'
import type { OpusRung, RungName } from '../../../shared/rungs.ts'
import {
  CODEC,
  emptyHeader,
  HEADER_BYTES,
  MAX_OPUS_BYTES,
  readHeader,
  writeHeader,
} from '../../../shared/wire/packet.ts'
import { Alignment } from './alignment.ts'
import { CaptureTimes } from './capture-times.ts'
import { EncodeTimes } from './encode-times.ts'
import type { StreamShape } from './messages.ts'
import { OpusEncoder } from './opus-native.ts'
import { PcmReader } from './pcm-ring.ts'
import { RungEncoder } from './rung-encoder.ts'
import { type Pcm, To48k } from './to-48k.ts'

/** Room for what one PCM packet makes of all rungs; when it is used up, they are posted in two goes. */
const OUT_BYTES = 16_384

/** A stream that is being encoded. */
interface Source {
  streamId: number
  ring: PcmReader
  times: CaptureTimes
  rates: Alignment
  converter: To48k
  next: number
}

export class Encoding {
  readonly #post: (bytes: ArrayBuffer) => void
  readonly #times: EncodeTimes
  /** Made once for each rung and kept, see OpusEncoder.free. */
  readonly #made = new Map<RungName, RungEncoder>()
  readonly #open: RungEncoder[] = []
  readonly #in = emptyHeader()
  readonly #header = emptyHeader()
  readonly #out = new Uint8Array(OUT_BYTES)
  readonly #outView = new DataView(this.#out.buffer)
  #outBytes = 0
  #source: Source | undefined

  /** `post` is given packets back to back, in memory of their own; `times` what each took. */
  constructor(post: (bytes: ArrayBuffer) => void, times = new EncodeTimes()) {
    this.#post = post
    this.#times = times
    this.#header.codec = CODEC.opus
    this.#header.channels = MIX_CHANNELS
  }

  /** A stream begins: its packets come through this memory. */
  begin(stream: StreamShape, memory: SharedArrayBuffer): void {
    for (const rung of this.#open) rung.restart()
    this.#source = {
      streamId: stream.streamId,
      ring: new PcmReader(stream, memory),
      times: new CaptureTimes(stream.rateHz),
      rates: new Alignment(stream.rateHz),
      converter: new To48k(stream.rateHz, this.#encode),
      next: Number.NaN,
    }
  }

  /** The stream has ended: what waits of it is of no use. */
  end(): void {
    this.#source = undefined
  }

  /** From its next packet on this rung is encoded. */
  open(id: number, rung: OpusRung): void {
    let encoder = this.#made.get(rung.name)
    if (encoder === undefined) {
      encoder = new RungEncoder(new OpusEncoder(rung))
      this.#made.set(rung.name, encoder)
    }
    encoder.id = id
    encoder.restart()
    if (!this.#open.includes(encoder)) this.#open.push(encoder)
  }

  close(id: number): void {
    const index = this.#open.findIndex((one) => one.id === id)
    if (index >= 0) this.#open.splice(index, 1)
  }

  /** Encodes all PCM packets that wait. */
  drain(): void {
    this.#source?.ring.drain(this.#read)
  }

  readonly #read = (offset: number): void => {
    const source = this.#source
    if (source === undefined) return
    const header = this.#in
    readHeader(source.ring.view, offset, header)
    const { frames, position } = header
    if (position !== source.next) source.times.clear()
    source.next = position + frames
    source.times.note(position, header.captureUs)
    if (this.#open.length === 0) return
    const samples = frames * header.channels
    const at = offset + HEADER_BYTES
    const pcm: Pcm =
      header.codec === CODEC.pcmF32 ? source.ring.floats(at, samples) : source.ring.integers(at, samples)
    source.converter.push(pcm, frames, position)
    this.#flush()
  }

  readonly #encode = (samples: Int16Array, frames: number, position: number): void => {
    for (const rung of this.#open) rung.push(samples, frames, position, this.#write)
  }

  readonly #write = ({ id, encoder }: RungEncoder, position: number): void => {
    const source = this.#source as Source
    if (this.#outBytes + HEADER_BYTES + MAX_OPUS_BYTES > OUT_BYTES) this.#flush()
    const header = this.#header
    const startedMs = performance.now()
    header.payloadBytes = encoder.encode(this.#out, this.#outBytes + HEADER_BYTES)
    this.#times.add(encoder.rung.name, performance.now() - startedMs)
    header.frames = encoder.frames
    header.streamId = source.streamId
    header.sequence = id
    header.position = position
    header.captureUs = source.times.at(source.rates.toStream(position))
    writeHeader(this.#outView, this.#outBytes, header)
    this.#outBytes += HEADER_BYTES + header.payloadBytes
  }

  #flush(): void {
    if (this.#outBytes === 0) return
    this.#post(this.#out.slice(0, this.#outBytes).buffer)
    this.#outBytes = 0
  }
}
