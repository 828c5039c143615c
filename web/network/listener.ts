import { MIX_CHANNELS } from '../../src/shared/audio-format.ts'
import { ClockSync } from '../../src/shared/clock/clock-sync.ts'
import { DateSkew } from '../../src/shared/clock/date-skew.ts'
import { PROFILES, type Profile } from '../../src/shared/playout/profile.ts'
import { StreamTiming } from '../../src/shared/playout/stream-timing.ts'
import { ControlBlock } from '../../src/shared/ring/control-block.ts'
import { SampleRing, type SampleRingMemory } from '../../src/shared/ring/sample-ring.ts'
import { type RungName, rungNamed } from '../../src/shared/rungs.ts'
import { unreachable } from '../../src/shared/unreachable.ts'
import {
  type AudioConfig,
  type ClientMessage,
  PROTOCOL_VERSION,
  type SetQuality,
  type SourceState,
  type TimeSyncReply,
} from '../../src/shared/wire/control.ts'
import { Connection, type Socket } from './connection.ts'
import { DecoderLoading } from './decode/decoder-loading.ts'
import { type LoadOpus, loadOpusDecoder } from './decode/opus-loader.ts'
import type { FromWorker, RungWish } from './messages.ts'
import { PacketIntake } from './packet-intake.ts'
import { Prober } from './prober.ts'
import { Receipts } from './receipts.ts'
import { readServerMessage } from './server-message.ts'
import { WakeWatch } from './wake-watch.ts'

export interface ListenerOptions {
  ring: SampleRingMemory
  control: SharedArrayBuffer
  targetMs: number
  profile: Profile
  post: (message: FromWorker) => void
  openSocket: (url: string) => Socket
  /** The real one, unless a test brings another. */
  loadOpus?: LoadOpus
  /** Local time: performance.timeOrigin + performance.now(). */
  nowMs: () => number
  dateMs: () => number
  random: () => number
}

/** So long a page waits for the Opus decoder before it asks for sound: it is fetched over the same link. */
const DECODER_WAIT_MS = 10_000
/** Where a link begins that PCM has been too much for before there was a decoder. */
const SMALL_START: RungName = 'opus-96'

/** Everything that happens between the socket and shared memory. Thread: worker; time comes in from outside. */
export class Listener {
  readonly #opts: ListenerOptions
  readonly #ring: SampleRing
  readonly #control: ControlBlock
  readonly #connection: Connection
  readonly #intake: PacketIntake
  readonly #timing: StreamTiming
  readonly #decoder: DecoderLoading
  readonly #receipts: Receipts
  readonly #clock = new ClockSync()
  readonly #prober = new Prober()
  readonly #skew = new DateSkew()
  readonly #wake = new WakeWatch()
  /** Local and server time may have parted: the next answer begins the clock anew. */
  #clockInDoubt = false
  #serial = 0
  #streamId = Number.NaN
  #url = ''
  #wish: RungWish = 'auto'
  /** Where 'auto' begins: with what was played last, as far as that is known. */
  #startRung: RungName = 'pcm16'
  /** What the link delivered while the page came, bit/s. */
  #linkBps: number | undefined
  /** The sound has made way for the decoder already; once is enough. */
  #madeWay = false
  /** Since when there is no socket because the decoder is being fetched; NaN: it is not waited for. */
  #waitingSinceMs = Number.NaN
  /** What the socket's address said. */
  #askedWish: RungWish = 'auto'

  constructor(opts: ListenerOptions) {
    this.#opts = opts
    this.#ring = new SampleRing(opts.ring)
    this.#control = new ControlBlock(opts.control)
    this.#timing = new StreamTiming(this.#control)
    this.#intake = new PacketIntake({
      ring: this.#ring,
      control: this.#control,
      onPacket: (time, arrivalMs) => this.#timing.add(time, arrivalMs),
      onTurn: (designMs) => this.#timing.turnTo(designMs),
    })
    this.#decoder = new DecoderLoading(opts.loadOpus ?? loadOpusDecoder, this.#control, (decoder) => {
      this.#intake.startOpus(decoder)
      this.#timing.publish(opts.nowMs())
      this.#waitNoLonger()
    })
    this.#receipts = new Receipts(this.#control, this.#intake, this.#timing)
    this.#connection = new Connection({
      open: (url) => {
        this.#askedWish = this.#wish
        return opts.openSocket(url)
      },
      nowMs: opts.nowMs,
      random: opts.random,
      onOpen: () => this.#opened(),
      onMessage: (data) => this.#heard(data),
      onLink: (link) => opts.post({ kind: 'link', link }),
    })
    this.#control.set('profile', PROFILES.indexOf(opts.profile))
    this.#readSkew(opts.nowMs())
  }

  /** `wish`: a rung by hand, or 'auto', which begins with `startRung`; `linkBps`: what the link has been seen to deliver. */
  start(url: string, wish: RungWish = 'auto', startRung: RungName = 'pcm16', linkBps?: number): void {
    this.#linkBps = linkBps
    this.#url = url
    this.#wish = wish
    this.#startRung = startRung
    if (isOpus(wish === 'auto' ? startRung : wish) && !this.#decoder.ready) this.#waitForDecoder(false)
    else this.#connection.start(this.#address())
  }

  /** Another rung by hand, or 'auto', for this connection and those after it. */
  setRung(wish: RungWish): void {
    this.#wish = wish
    this.#connection.turnTo(this.#address())
    if (wish !== 'auto' && isOpus(wish)) this.#decoder.need(this.#opts.nowMs())
    else if (wish !== 'auto') this.#waitNoLonger()
    if (this.#connection.connected) this.#askForRung()
  }

  stop(): void {
    this.#waitingSinceMs = Number.NaN
    this.#connection.stop()
  }

  /** The network came back, or somebody looks at the page again. */
  retryNow(): void {
    if (this.#waits) return
    this.#connection.retryNow(this.#rttMs)
    this.#ask()
  }

  /** About 20 times a second. */
  tick(): void {
    const nowMs = this.#opts.nowMs()
    this.#readSkew(nowMs)
    const woke = this.#wake.look(nowMs, this.#opts.dateMs())
    if (this.#waits) {
      this.#decoder.need(nowMs)
      if (nowMs - this.#waitingSinceMs > DECODER_WAIT_MS) this.#waitNoLonger()
      return
    }
    if (woke) {
      this.#clockInDoubt = true
      this.#connection.woke(this.#rttMs)
      this.#ask()
    }
    // Fetched while the link is good: when Opus is needed it may be too slow for that.
    if (this.#control.get('playing') === 1 || isOpus(this.#startRung)) this.#decoder.need(nowMs)
    this.#connection.tick()
    this.#probe()
    this.#sendReceipt(nowMs)
  }

  /** The server leaves audio out. Without a decoder nothing smaller can come, and the decoder can not either. */
  #tooMuch(nowMs: number): void {
    this.#decoder.need(nowMs)
    const hopeless = this.#decoder.failed || this.#madeWay || this.#control.get('playing') === 1
    if (this.#decoder.ready || this.#wish !== 'auto' || hopeless) return
    this.#madeWay = true
    this.#startRung = SMALL_START
    this.#waitForDecoder(true)
  }

  get #waits(): boolean {
    return !Number.isNaN(this.#waitingSinceMs)
  }

  /** No sound is asked for until it can be decoded: what can not be played would only keep the decoder from coming. */
  #waitForDecoder(again: boolean): void {
    const nowMs = this.#opts.nowMs()
    this.#waitingSinceMs = nowMs
    this.#connection.stop()
    this.#opts.post({ kind: 'link', link: { phase: 'connecting', again } })
    this.#decoder.need(nowMs)
  }

  #waitNoLonger(): void {
    if (!this.#waits) return
    this.#waitingSinceMs = Number.NaN
    if (!this.#decoder.ready) this.#startRung = 'pcm16'
    this.#connection.start(this.#address())
  }

  #address(): string {
    const url = new URL(this.#url)
    url.searchParams.set('rung', this.#wish)
    url.searchParams.set('start', this.#startRung)
    if (this.#linkBps !== undefined)
      url.searchParams.set('kbps', String(Math.max(1, Math.round(this.#linkBps / 1000))))
    return url.href
  }

  #askForRung(): void {
    this.#askedWish = this.#wish
    const message: SetQuality = { type: 'set_quality', rung: this.#wish as SetQuality['rung'] }
    this.#connection.send(JSON.stringify(message))
  }

  #sendReceipt(nowMs: number): void {
    if (!this.#connection.connected || !this.#receipts.due(nowMs)) return
    this.#connection.send(JSON.stringify(this.#receipts.next(nowMs)))
  }

  get #rttMs(): number {
    return 2 * (this.#control.get('networkMs') || 0)
  }

  /** Asks for the time at once: the answer says that the socket lives, and what the clocks are now. */
  #ask(): void {
    this.#prober.start(this.#opts.nowMs())
    this.#probe()
  }

  #opened(): void {
    // It may be another server process, with another clock.
    this.#clockInDoubt = false
    this.#clock.reset()
    this.#timing.setClock(undefined)
    this.#intake.connected()
    this.#receipts.connected(this.#opts.nowMs())
    if (this.#wish !== this.#askedWish) this.#askForRung()
    this.#ask()
  }

  #heard(data: unknown): void {
    const nowMs = this.#opts.nowMs()
    if (data instanceof ArrayBuffer) {
      this.#connection.heardPacket(nowMs)
      this.#readSkew(nowMs)
      this.#intake.take(data, nowMs)
      this.#timing.publish(nowMs)
    } else if (typeof data === 'string') {
      this.#intake.bytes += data.length
      this.#heardControl(data, nowMs)
    } else {
      this.#control.add('messagesBad', 1)
    }
  }

  #heardControl(text: string, nowMs: number): void {
    const message = readServerMessage(text)
    if (message === 'unknown') return
    if (message === 'bad') {
      this.#control.add('messagesBad', 1)
      return
    }
    switch (message.type) {
      case 'audio_config':
        this.#configure(message)
        return
      case 'source_state':
        this.#sourceChanged(message)
        return
      case 'time_sync_batch':
        this.#heardTime(message, nowMs)
        return
      case 'link_state':
        this.#opts.post({ kind: 'link_state', state: message })
        // Too much for this link before anything has played: Opus is what will help.
        if (message.skipping) this.#tooMuch(nowMs)
        return
      case 'error':
        // The server did not like what we sent.
        this.#control.add('messagesBad', 1)
        return
      default:
        unreachable(message)
    }
  }

  #configure(config: AudioConfig): void {
    if (config.protocol !== PROTOCOL_VERSION || config.channels !== MIX_CHANNELS) {
      this.#connection.refuse()
      return
    }
    this.#control.set('fixedTargetFrames', (this.#opts.targetMs * config.rateHz) / 1000)
    if (config.streamId !== this.#streamId) this.#beginStream(config)
    // Another rung, or another connection: either begins with packets the server had kept.
    else this.#timing.expectPast()
    this.#startRung = config.rung
    this.#connection.turnTo(this.#address())
    this.#opts.post({ kind: 'config', config })
  }

  /** The order matters: the worklet lets go of the old stream before its audio disappears. */
  #beginStream({ streamId, rateHz, packetFrames }: AudioConfig): void {
    this.#timing.end(this.#opts.nowMs())
    this.#ring.clear()
    this.#serial++
    this.#streamId = streamId
    this.#timing.begin(this.#serial, rateHz)
    this.#intake.begin({ serial: this.#serial, streamId, rateHz, packetFrames })
    this.#receipts.streamId = streamId
    this.#control.set('streamId', streamId)
    this.#opts.post({ kind: 'stream', serial: this.#serial, rateHz, streamId })
  }

  #sourceChanged(source: SourceState): void {
    const running = source.state === 'running'
    this.#connection.expectPackets(running)
    // What is missing now is not the network's doing: the worklet must not wait for it, let alone learn from it.
    if (!running) this.#timing.end(this.#opts.nowMs())
    else this.#timing.resume(this.#serial)
    this.#opts.post({ kind: 'source', source })
  }

  #heardTime(reply: TimeSyncReply, nowMs: number): void {
    const sample = this.#prober.heard(reply, nowMs)
    if (sample) {
      this.#connection.heardAnswer(sample.t1Ms)
      if (this.#clockInDoubt) this.#clock.reset()
      this.#clockInDoubt = false
      if (this.#clock.add(sample)) this.#timing.setClock(this.#clock.estimate(nowMs))
    }
    this.#probe()
  }

  #probe(): void {
    if (!this.#connection.connected) return
    const sample = this.#prober.next(this.#opts.nowMs())
    if (!sample) return
    const message: ClientMessage = { type: 'time_sync_batch', samples: [sample] }
    this.#connection.send(JSON.stringify(message))
  }

  /** With every packet: between the clock being set and this the worklet takes the wrong time. Does not allocate. */
  #readSkew(nowMs: number): void {
    this.#skew.add(this.#opts.dateMs(), nowMs)
    this.#control.set('dateSkewMs', this.#skew.ms)
  }
}

function isOpus(rung: RungName): boolean {
  return rungNamed(rung).codec === 'opus'
}
