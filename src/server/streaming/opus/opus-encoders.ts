// Thread: server. Every Opus rung that somebody listens to, and what the worker makes of it.
import type { OpusRung, RungName } from '../../../shared/rungs.ts'
import {
  emptyHeader,
  FLAG_GAP,
  type PacketHeader,
  readHeader,
  writeHeader,
} from '../../../shared/wire/packet.ts'
import type { RungPacket } from '../rung-packet.ts'
import { Alignment } from './alignment.ts'
import { EncodeTimes } from './encode-times.ts'
import type { StreamShape, ToOpusWorker } from './messages.ts'
import { PcmWriter } from './pcm-ring.ts'
import { WorkerLife, type WorkerLifeOptions } from './worker-life.ts'

const WARN_EVERY_MS = 10_000

export type OpusEncodersOptions = Pick<WorkerLifeOptions, 'log' | 'entry' | 'timing'>

export interface OpusCounters {
  packetsEncoded: number
  /** PCM packets the worker was too slow or too dead to take. */
  packetsShed: number
  /** Deaths of the worker that nobody asked for. */
  restarts: number
}

/** A rung that was open in this stream; its count goes on when it is opened again. */
interface Track {
  /** Of this opening, so that what was still under way when it was closed is told from what comes now. */
  id: number
  readonly rung: OpusRung
  onPacket: ((packet: RungPacket) => void) | undefined
  sequence: number
  nextPosition: number
}

interface Stream extends StreamShape {
  rates: Alignment
}

/** Every Opus rung is encoded once, for all its listeners, in one worker. Nothing here blocks; only `stop` waits. */
export class OpusEncoders {
  /** What encoding takes. */
  readonly times = new EncodeTimes()
  readonly #log: OpusEncodersOptions['log']
  readonly #life: WorkerLife
  readonly #tracks = new Map<RungName, Track>()
  /** Tracks that are open. */
  #used = 0
  #ids = 0
  readonly #header = emptyHeader()
  #stream: Stream | undefined
  /** There while the worker is ready and a stream runs. */
  #pcm: PcmWriter | undefined
  #packetsEncoded = 0
  #packetsShed = 0
  #warnedAtMs = Number.NEGATIVE_INFINITY
  #stopping = false

  constructor(options: OpusEncodersOptions) {
    this.#log = options.log
    this.#life = new WorkerLife({
      ...options,
      encodeTimes: this.times.memory,
      onReady: () => this.#tellAll(),
      onPackets: (bytes) => this.#pass(Buffer.from(bytes)),
      onGone: () => {
        this.#pcm = undefined
      },
    })
  }

  get counters(): OpusCounters {
    const { restarts } = this.#life
    return { packetsEncoded: this.#packetsEncoded, packetsShed: this.#packetsShed, restarts }
  }

  /** For how long no worker has been there that works, although somebody listens; 0: there is one, or nobody does. */
  failedMs(nowMs: number): number {
    return this.#life.failedMs(nowMs)
  }

  /** A stream begins; rungs that are open stay so, and count from 0. */
  begin({ streamId, rateHz, periodFrames }: StreamShape): void {
    this.#stream = { streamId, rateHz, periodFrames, rates: new Alignment(rateHz) }
    for (const track of this.#tracks.values()) rewind(track)
    this.#offerStream()
  }

  /** The stream has ended: nothing more comes of it. */
  end(): void {
    this.#stream = undefined
    this.#pcm = undefined
    this.#life.send({ kind: 'end' })
  }

  /** From its next packet on the rung is encoded, once: opening it again changes only who is told. */
  open(rung: OpusRung, onPacket: (packet: RungPacket) => void): void {
    if (this.#stopping) return
    const track = this.#track(rung)
    const wasOpen = track.onPacket !== undefined
    track.onPacket = onPacket
    if (wasOpen) return
    track.id = ++this.#ids
    track.nextPosition = 0 // another encoder: whatever its first position, it does not follow the last packet
    this.#used++
    this.#life.want()
    this.#life.send({ kind: 'open', id: track.id, rung: track.rung })
  }

  /** Nobody listens to the rung any more: its function is not called again. */
  close(rung: OpusRung): void {
    const track = this.#tracks.get(rung.name)
    if (track?.onPacket === undefined) return
    track.onPacket = undefined
    this.#used--
    this.#life.send({ kind: 'close', id: track.id })
    if (this.#used === 0) this.#life.release()
  }

  /** The next PCM packet of the stream; it is copied. Shed, and counted, where the worker does not keep up. */
  push(packet: Buffer, header: Readonly<PacketHeader>): void {
    if (this.#used === 0 || header.streamId !== this.#stream?.streamId) return
    const pcm = this.#pcm
    if (pcm === undefined) {
      // A worker that is only being started has nothing to be late with; one that has died has.
      if (this.#life.failed) this.#packetsShed++
      return
    }
    const answer = pcm.offer(packet)
    this.#packetsShed += pcm.newlyLost()
    if (answer === 'full') {
      this.#packetsShed++
      this.#full()
      return
    }
    this.#life.took()
    if (answer === 'wake') this.#life.send(PCM)
  }

  /** Ends the worker; resolves when it is gone. Nothing can be opened afterwards. */
  async stop(): Promise<void> {
    this.#stopping = true
    for (const track of this.#tracks.values()) track.onPacket = undefined
    this.#used = 0
    await this.#life.stop()
  }

  #track(rung: OpusRung): Track {
    let track = this.#tracks.get(rung.name)
    if (track === undefined) {
      track = { id: 0, rung, onPacket: undefined, sequence: 0, nextPosition: 0 }
      this.#tracks.set(rung.name, track)
    }
    return track
  }

  /** To a worker that has just begun. */
  #tellAll(): void {
    this.#offerStream()
    for (const { id, rung, onPacket } of this.#tracks.values()) {
      if (onPacket !== undefined) this.#life.send({ kind: 'open', id, rung })
    }
  }

  #offerStream(): void {
    this.#pcm = undefined
    this.#life.took()
    const stream = this.#stream
    if (stream === undefined || !this.#life.ready) return
    const { streamId, rateHz, periodFrames } = stream
    this.#pcm = new PcmWriter(stream)
    this.#life.send({ kind: 'begin', stream: { streamId, rateHz, periodFrames }, memory: this.#pcm.memory })
  }

  #pass(bytes: Buffer): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    const header = this.#header
    for (let from = 0; from < bytes.length; ) {
      const end = readHeader(view, from, header)
      const track = byId(this.#tracks, header.sequence)
      const stream = this.#stream
      if (track?.onPacket !== undefined && stream?.streamId === header.streamId) {
        const { position, frames } = header
        header.sequence = track.sequence
        header.flags = position === track.nextPosition ? 0 : FLAG_GAP
        writeHeader(view, from, header)
        track.sequence = (track.sequence + 1) >>> 0
        track.nextPosition = position + frames
        this.#packetsEncoded++
        track.onPacket({
          bytes: bytes.subarray(from, end),
          from: stream.rates.toStream(position),
          to: stream.rates.toStream(position + frames),
          sequence: header.sequence,
        })
      }
      from = end
    }
  }

  #full(): void {
    const nowMs = performance.now()
    if (nowMs - this.#warnedAtMs > WARN_EVERY_MS) {
      this.#warnedAtMs = nowMs
      this.#log.warn({ packetsShed: this.#packetsShed }, 'the Opus worker does not keep up: audio is shed')
    }
    this.#life.full(nowMs)
  }
}

const PCM: ToOpusWorker = { kind: 'pcm' }

function rewind(track: Track): void {
  track.sequence = 0
  track.nextPosition = 0
}

function byId(tracks: ReadonlyMap<RungName, Track>, id: number): Track | undefined {
  for (const track of tracks.values()) if (track.id === id) return track
  return undefined
}
