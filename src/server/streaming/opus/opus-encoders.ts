// Thread: server. Keeps the Opus worker while somebody listens to an Opus rung, and feeds it.
import { Worker } from 'node:worker_threads'
import type { OpusRung, RungName } from '../../../shared/rungs.ts'
import { unreachable } from '../../../shared/unreachable.ts'
import {
  emptyHeader,
  FLAG_GAP,
  type PacketHeader,
  readHeader,
  writeHeader,
} from '../../../shared/wire/packet.ts'
import { RestartDelay, type RestartTiming } from '../../restart-delay.ts'
import type { RungPacket } from '../rung-packet.ts'
import { Alignment } from './alignment.ts'
import type { FromOpusWorker, StreamShape, ToOpusWorker } from './messages.ts'
import { PcmWriter } from './pcm-ring.ts'

export interface OpusTiming extends RestartTiming {
  /** After the last rung is closed the worker is kept for so long, for the listener who comes back. */
  idleMs: number
  /** From the start of the worker to its first word. */
  readyMs: number
  /** A worker that takes nothing for so long is replaced. */
  stuckMs: number
}

const TIMING: OpusTiming = {
  firstMs: 250,
  longestMs: 5000,
  healthyMs: 10_000,
  idleMs: 5000,
  readyMs: 10_000,
  stuckMs: 3000,
}

const WARN_EVERY_MS = 10_000
/** Young generation of the worker: it makes little garbage, and should not hold 16 MB of it. */
const YOUNG_MB = 2

export interface OpusEncodersOptions {
  log: { warn(details: object, message: string): void }
  /** For tests. */
  entry?: URL
  timing?: Partial<OpusTiming>
}

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
  readonly counters: OpusCounters = { packetsEncoded: 0, packetsShed: 0, restarts: 0 }
  readonly #log: OpusEncodersOptions['log']
  readonly #entry: URL
  readonly #timing: OpusTiming
  readonly #delay: RestartDelay
  readonly #tracks = new Map<RungName, Track>()
  /** Tracks that are open. */
  #used = 0
  #ids = 0
  readonly #header = emptyHeader()
  #stream: Stream | undefined
  #worker: Worker | undefined
  #readyAtMs: number | undefined
  /** There while the worker is ready and a stream runs. */
  #pcm: PcmWriter | undefined
  /** Since when the worker has taken nothing. */
  #fullSinceMs: number | undefined
  #warnedAtMs = Number.NEGATIVE_INFINITY
  #failed = false
  #readyTimer: NodeJS.Timeout | undefined
  #restartTimer: NodeJS.Timeout | undefined
  #idleTimer: NodeJS.Timeout | undefined
  readonly #ending = new Set<Promise<unknown>>()
  #stopping = false

  constructor(options: OpusEncodersOptions) {
    this.#log = options.log
    this.#entry = options.entry ?? workerEntry()
    this.#timing = { ...TIMING, ...options.timing }
    this.#delay = new RestartDelay(this.#timing)
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
    this.#send({ kind: 'end' })
  }

  /** From its next packet on the rung is encoded, once: opening it again changes only who is told. */
  open(rung: OpusRung, onPacket: (packet: RungPacket) => void): void {
    if (this.#stopping) return
    const track = this.#track(rung)
    const wasOpen = track.onPacket !== undefined
    track.onPacket = onPacket
    clearTimeout(this.#idleTimer)
    if (wasOpen) return
    track.id = ++this.#ids
    track.nextPosition = 0 // another encoder: whatever its first position, it does not follow the last packet
    this.#used++
    if (this.#worker !== undefined) this.#send({ kind: 'open', id: track.id, rung: track.rung })
    else if (this.#restartTimer === undefined) this.#start()
  }

  /** Nobody listens to the rung any more: its function is not called again. */
  close(rung: OpusRung): void {
    const track = this.#tracks.get(rung.name)
    if (track?.onPacket === undefined) return
    track.onPacket = undefined
    this.#used--
    this.#send({ kind: 'close', id: track.id })
    if (this.#used > 0) return
    clearTimeout(this.#idleTimer)
    this.#idleTimer = setTimeout(() => this.#letGo(), this.#timing.idleMs)
  }

  /** The next PCM packet of the stream; it is copied. Shed, and counted, where the worker does not keep up. */
  push(packet: Buffer, header: Readonly<PacketHeader>): void {
    const { counters } = this
    if (this.#used === 0 || header.streamId !== this.#stream?.streamId) return
    const pcm = this.#pcm
    if (pcm === undefined) {
      // A worker that is only being started has nothing to be late with; one that has died has.
      if (this.#failed) counters.packetsShed++
      return
    }
    const answer = pcm.offer(packet)
    counters.packetsShed += pcm.newlyLost()
    if (answer === 'full') {
      counters.packetsShed++
      this.#full()
      return
    }
    this.#fullSinceMs = undefined
    if (answer === 'wake') this.#send(PCM)
  }

  /** Ends the worker; resolves when it is gone. Nothing can be opened afterwards. */
  async stop(): Promise<void> {
    this.#stopping = true
    for (const track of this.#tracks.values()) track.onPacket = undefined
    this.#used = 0
    this.#letGo()
    await Promise.all(this.#ending)
  }

  #track(rung: OpusRung): Track {
    let track = this.#tracks.get(rung.name)
    if (track === undefined) {
      track = { id: 0, rung, onPacket: undefined, sequence: 0, nextPosition: 0 }
      this.#tracks.set(rung.name, track)
    }
    return track
  }

  #start(): void {
    clearTimeout(this.#restartTimer)
    this.#restartTimer = undefined
    const worker = new Worker(this.#entry, {
      name: 'opus',
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    })
    this.#worker = worker
    // A worker that is ended here dies like any other: its exit is heard.
    this.#readyTimer = setTimeout(() => void worker.terminate(), this.#timing.readyMs)
    let message = ''
    worker.on('message', (said: FromOpusWorker) => {
      if (this.#worker === worker) this.#hear(said)
    })
    worker.on('error', (error: unknown) => {
      message = error instanceof Error ? error.message : String(error)
    })
    worker.once('exit', (code) => {
      if (this.#worker === worker) this.#died(message || `exit code ${code}`)
    })
  }

  #hear(said: FromOpusWorker): void {
    switch (said.kind) {
      case 'ready':
        clearTimeout(this.#readyTimer)
        this.#readyAtMs = performance.now()
        this.#failed = false
        this.#offerStream()
        for (const { id, rung, onPacket } of this.#tracks.values()) {
          if (onPacket !== undefined) this.#send({ kind: 'open', id, rung })
        }
        return
      case 'packets':
        this.#pass(Buffer.from(said.bytes))
        return
      default:
        unreachable(said)
    }
  }

  #offerStream(): void {
    this.#pcm = undefined
    this.#fullSinceMs = undefined
    const stream = this.#stream
    if (stream === undefined || this.#readyAtMs === undefined) return
    const { streamId, rateHz, periodFrames } = stream
    this.#pcm = new PcmWriter(stream)
    this.#send({ kind: 'begin', stream: { streamId, rateHz, periodFrames }, memory: this.#pcm.memory })
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
        this.counters.packetsEncoded++
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
      this.#log.warn(
        { packetsShed: this.counters.packetsShed },
        'the Opus worker does not keep up: audio is shed',
      )
    }
    this.#fullSinceMs ??= nowMs
    if (nowMs - this.#fullSinceMs < this.#timing.stuckMs) return
    this.#log.warn({ stuckMs: this.#timing.stuckMs }, 'the Opus worker stands still')
    this.#fullSinceMs = undefined
    void this.#worker?.terminate() // its exit is heard like any other death
  }

  #died(message: string): void {
    const healthyMs = this.#readyAtMs === undefined ? 0 : performance.now() - this.#readyAtMs
    const delayMs = this.#delay.after(healthyMs)
    this.#forget()
    this.#failed = true
    this.counters.restarts++
    this.#log.warn({ delayMs }, `the Opus worker ended: ${message}`)
    this.#restartTimer = setTimeout(() => {
      this.#restartTimer = undefined
      if (this.#used > 0) this.#start()
    }, delayMs)
  }

  #letGo(): void {
    clearTimeout(this.#idleTimer)
    clearTimeout(this.#restartTimer)
    this.#restartTimer = undefined
    const worker = this.#worker
    this.#forget()
    this.#failed = false
    if (worker === undefined) return
    const gone = worker.terminate().finally(() => this.#ending.delete(gone))
    this.#ending.add(gone)
  }

  #forget(): void {
    clearTimeout(this.#readyTimer)
    this.#worker = undefined
    this.#readyAtMs = undefined
    this.#pcm = undefined
    this.#fullSinceMs = undefined
  }

  /** Nothing before it is ready: what it must know then, it is told then. */
  #send(message: ToOpusWorker): void {
    if (this.#readyAtMs !== undefined) this.#worker?.postMessage(message)
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

/** Beside this file in the sources. In the build this code is in `server` or in `shared`, and the worker in `server`. */
function workerEntry(): URL {
  const isSource = import.meta.url.endsWith('.ts')
  return new URL(isSource ? './worker-dev.mjs' : '../server/opus-worker.js', import.meta.url)
}
