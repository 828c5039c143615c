import { MIX_CHANNELS } from '../../src/shared/audio-format.ts'
import { DateSkew } from '../../src/shared/clock/date-skew.ts'
import { PROFILES, type Profile } from '../../src/shared/playout/profile.ts'
import { ControlBlock } from '../../src/shared/ring/control-block.ts'
import type { SampleRingMemory } from '../../src/shared/ring/sample-ring.ts'
import type { RungName } from '../../src/shared/rungs.ts'
import { type AudioConfig, type ClientMessage, PROTOCOL_VERSION } from '../../src/shared/wire/control.ts'
import { Connection, type Socket } from './connection.ts'
import { CurrentStream } from './current-stream.ts'
import { DecoderLoading } from './decode/decoder-loading.ts'
import { type LoadOpus, loadOpusDecoder } from './decode/opus-loader.ts'
import { DecoderFirst } from './decoder-first.ts'
import type { FromWorker, Link, RoomEntry, RungWish } from './messages.ts'
import { Room } from './room/room.ts'
import { readServerMessage } from './server-message.ts'
import { ServerTime } from './server-time.ts'
import { StreamWish } from './stream-wish.ts'
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
  /** Local time, ms: monotonic, from an origin near the wall clock's. */
  nowMs: () => number
  dateMs: () => number
  random: () => number
}

/** Everything that happens between the socket and shared memory. Thread: worker; time comes in from outside. */
export class Listener {
  /** Of which this listener is a member. */
  readonly room: Room
  readonly #opts: ListenerOptions
  readonly #control: ControlBlock
  readonly #connection: Connection
  readonly #stream: CurrentStream
  readonly #first: DecoderFirst
  readonly #time: ServerTime
  readonly #wish = new StreamWish()
  readonly #skew = new DateSkew()
  readonly #wake = new WakeWatch()

  constructor(opts: ListenerOptions) {
    this.#opts = opts
    this.#control = new ControlBlock(opts.control)
    const { ring, targetMs, post } = opts
    const control = this.#control
    const dueTo = (nowMs: number) => this.room.dueTo(nowMs)
    this.#stream = new CurrentStream({ ring, control, targetMs, post, dueTo })
    this.room = new Room({ control, stream: this.#stream, send: (message) => this.#send(message), post })
    const decoder = new DecoderLoading(opts.loadOpus ?? loadOpusDecoder, this.#control, (opus) => {
      this.#stream.startOpus(opus, opts.nowMs())
      this.#first.end()
    })
    this.#first = new DecoderFirst({
      decoder,
      wish: this.#wish,
      control: this.#control,
      hold: (again) => {
        this.#connection.stop()
        this.#tellLink({ phase: 'connecting', again })
      },
      go: () => this.#connection.start(this.#wish.address),
    })
    this.#connection = new Connection({
      open: (url) => {
        this.#wish.opening()
        return opts.openSocket(this.room.address(url))
      },
      nowMs: opts.nowMs,
      random: opts.random,
      onOpen: () => this.#opened(),
      onMessage: (data) => this.#heard(data),
      onLink: (link) => this.#tellLink(link),
    })
    this.#time = new ServerTime(this.#connection, {
      setClock: (clock) => {
        this.#stream.setClock(clock)
        this.room.setClock(clock, opts.nowMs())
      },
    })
    this.#control.set('profile', PROFILES.indexOf(opts.profile))
    this.#readSkew(opts.nowMs())
  }

  /** `wish`: a rung by hand, or 'auto', which begins with `startRung`; `linkBps`: what the link has been seen to deliver. */
  start(
    url: string,
    wish: RungWish = 'auto',
    startRung: RungName = 'pcm16',
    linkBps?: number,
    entry: RoomEntry = {},
  ): void {
    this.#wish.begin({ url, wish, startRung, linkBps })
    this.room.start(entry, this.#opts.nowMs())
    this.#first.start(this.#opts.nowMs())
  }

  /** Another rung by hand, or 'auto', for this connection and those after it. */
  setRung(wish: RungWish): void {
    this.#wish.choose(wish)
    this.#wished()
    if (this.#connection.connected) this.#askForRung()
  }

  /** Whether the page is told when each packet came. */
  tellArrivals(on: boolean): void {
    this.#stream.arrivals.set(on)
  }

  stop(): void {
    this.#first.stop()
    this.#connection.stop()
  }

  /** The network came back or became another one, or somebody looks at the page again. */
  retryNow(): void {
    if (this.#first.waits) return
    this.#connection.retryNow(this.#time.rttMs)
    this.#time.ask(this.#opts.nowMs())
  }

  /** About 20 times a second. */
  tick(): void {
    const nowMs = this.#opts.nowMs()
    this.#readSkew(nowMs)
    const woke = this.#wake.look(nowMs, this.#opts.dateMs())
    const { waits } = this.#first
    this.#first.tick(nowMs)
    this.room.tick(nowMs)
    if (waits) return
    if (woke) {
      this.#time.doubt()
      this.#connection.woke(this.#time.rttMs)
      // Read anew: only an answer to what was asked after that shows that the socket lives.
      this.#time.ask(this.#opts.nowMs())
    }
    this.#connection.tick()
    this.#time.tick(nowMs)
    this.#sendReceipt(nowMs)
  }

  #tellLink(link: Link): void {
    // Known again after the first second of a connection.
    if (link.phase !== 'connected') {
      this.#control.set('deliveredKbps', Number.NaN)
      this.room.closed()
    }
    this.#opts.post({ kind: 'link', link })
  }

  /** The wish has changed, here or on the server. */
  #wished(): void {
    this.#connection.turnTo(this.#wish.address)
    this.#first.wished(this.#opts.nowMs())
    this.#opts.post({ kind: 'wish', wish: this.#wish.wish })
  }

  #askForRung(): void {
    this.#connection.send(JSON.stringify(this.#wish.asking()))
    this.#time.ask(this.#opts.nowMs())
  }

  #send(message: ClientMessage): boolean {
    if (!this.#connection.connected) return false
    this.#connection.send(JSON.stringify(message))
    return true
  }

  #sendReceipt(nowMs: number): void {
    const { receipts } = this.#stream
    if (!this.#connection.connected || !receipts.due(nowMs)) return
    this.#connection.send(JSON.stringify(receipts.next(nowMs)))
  }

  #opened(): void {
    const nowMs = this.#opts.nowMs()
    this.#time.connected()
    this.#stream.connected(nowMs)
    this.room.opened(nowMs)
    if (this.#wish.unsaid) this.#askForRung()
    else this.#time.ask(nowMs)
  }

  #heard(data: unknown): void {
    const nowMs = this.#opts.nowMs()
    if (data instanceof ArrayBuffer) {
      this.#connection.heardPacket(nowMs)
      this.#readSkew(nowMs)
      this.#stream.take(data, nowMs)
    } else if (typeof data === 'string') {
      this.#stream.intake.bytes += data.length
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
        this.#configure(message, nowMs)
        return
      case 'source_state':
        this.#connection.expectPackets(message.state === 'running')
        this.#stream.sourceChanged(message, nowMs)
        return
      case 'time_sync_batch':
        if (this.#time.heard(message, nowMs)) this.#wish.answered()
        return
      case 'link_state':
        if (this.#wish.hear(message.wish)) this.#wished()
        this.#opts.post({ kind: 'link_state', state: message })
        // Too much for this link before anything has played: Opus is what will help.
        if (message.skipping) this.#first.tooMuch(nowMs)
        return
      case 'marker':
        if (message.streamId === this.#stream.streamId) this.#stream.intake.marker.expect(message.position)
        return
      case 'error':
        // The server did not like what we sent.
        if (!this.room.heardError(message)) this.#control.add('messagesBad', 1)
        return
      default:
        this.room.hear(message, nowMs)
    }
  }

  #configure(config: AudioConfig, nowMs: number): void {
    if (config.protocol !== PROTOCOL_VERSION || config.channels !== MIX_CHANNELS) {
      this.#connection.refuse()
      return
    }
    const { serial } = this.#stream
    this.#stream.configure(config, nowMs)
    if (this.#stream.serial !== serial) this.room.streamBegan(nowMs)
    this.#wish.startAt(config.rung)
    this.#connection.turnTo(this.#wish.address)
    this.#opts.post({ kind: 'config', config })
  }

  /** With every packet: between the clock being set and this the worklet takes the wrong time. Does not allocate. */
  #readSkew(nowMs: number): void {
    if (this.#skew.add(this.#opts.dateMs(), nowMs)) this.#skew.add(this.#opts.dateMs(), this.#opts.nowMs())
    this.#control.set('dateSkewMs', this.#skew.ms)
  }
}
