import { Playout } from '../../../src/shared/playout/playout.ts'
import { ControlBlock, createControlBlock } from '../../../src/shared/ring/control-block.ts'
import { createSampleRing, SampleRing } from '../../../src/shared/ring/sample-ring.ts'
import { roomPositionAt } from '../../../src/shared/room/room-axis.ts'
import type { SyncState } from '../../../src/shared/wire/room-messages.ts'
import { fakeConfig } from '../fake-config.ts'
import { fakePackets } from '../fake-packets.ts'
import { fakeSyncState } from '../fake-room.ts'
import { FakeSocket } from '../fake-socket.ts'
import { Listener } from '../listener.ts'
import type { FromWorker, RoomEntry } from '../messages.ts'

export const RATE = 44_100
const FRAMES = 128
const TICK_MS = 50
/** One way of the network, and what else a packet takes. */
const WAY_MS = 2
const TRANSIT_MS = 8
/** Local time when the server clock is 0: the source's position is then 0, too. */
const SERVER_ZERO_MS = 50_000
const START_MS = 100_000

/** For tests: a worker and its worklet in virtual time, and a server that does what the test says. */
export class FakeMember {
  readonly listener: Listener
  readonly control: ControlBlock
  readonly posted: FromWorker[] = []
  readonly urls: string[] = []
  readonly heard: { nowMs: number; left: Float32Array }[] = []
  socket = new FakeSocket()
  nowMs = START_MS
  /** By so much its output runs slow. */
  devicePpm = 0
  /** Packets come; the server answers; states come ten times a second. */
  delivers = true
  states = true
  state: SyncState
  /** Position that is sent next; NaN: what is captured now. */
  sendFrom = Number.NaN
  /** From room to stream position of what is sent. */
  shift = 0
  /** Called with whatever the page says. */
  onSaid: (message: Record<string, unknown>) => void = () => {}
  readonly #playout: Playout
  #said = 0
  #frame = 0
  #tickMs = START_MS
  #stateMs = START_MS

  constructor(entry: RoomEntry, state: Partial<SyncState> = {}) {
    this.state = fakeSyncState({ ...(entry.mode ? { mode: entry.mode } : {}), ...state })
    const ring = createSampleRing()
    const control = createControlBlock()
    this.control = new ControlBlock(control)
    const worklet = new ControlBlock(control, 0)
    this.#playout = new Playout({ ring: new SampleRing(ring), control: worklet, contextRateHz: RATE })
    this.listener = new Listener({
      ...{ ring, control, targetMs: 0, profile: 'balanced' as const },
      post: (message) => {
        this.posted.push(message)
        if (message.kind === 'stream') this.#playout.openStream(message.serial, message.rateHz)
      },
      openSocket: (url) => {
        this.urls.push(url)
        this.socket = new FakeSocket()
        this.#said = 0
        return this.socket
      },
      loadOpus: () => new Promise(() => {}),
      nowMs: () => this.nowMs,
      dateMs: () => this.nowMs,
      random: () => 0,
    })
    this.listener.start('ws://here/ws/audio', 'auto', 'pcm16', undefined, entry)
    this.connect()
  }

  /** The attempt under way succeeds. */
  connect(): void {
    this.socket.opens()
    this.say(fakeConfig(FRAMES))
    this.say({ type: 'source_state', state: 'running', message: '' })
  }

  say(message: object): void {
    this.socket.says(JSON.stringify(message))
  }

  /** Server clock, ms. */
  get serverMs(): number {
    return this.nowMs - SERVER_ZERO_MS
  }

  /** What is captured now; a stream position. */
  get edge(): number {
    return Math.floor(((this.serverMs - TRANSIT_MS) * RATE) / 1000 / FRAMES) * FRAMES
  }

  /** How much later than its room this member is heard, ms; NaN: it does not play. */
  get errorMs(): number {
    const control = this.control
    if (control.get('playing') !== 1) return Number.NaN
    const { anchor, delay } = this.state
    if (!anchor || !delay) throw new Error('no line to compare with')
    const leadMs = control.get('outputLeadMs') + control.get('trimMs')
    const heardUs = (control.get('playMs') - SERVER_ZERO_MS + leadMs) * 1000
    return ((roomPositionAt(anchor, delay, heardUs) - control.get('playPosition')) * 1000) / RATE
  }

  /** What the page has sent of a type, on this socket. */
  sent(type: string): Record<string, unknown>[] {
    return this.socket.sent.map((text) => JSON.parse(text)).filter((message) => message.type === type)
  }

  run(ms: number): void {
    for (const endMs = this.nowMs + ms; this.nowMs < endMs; ) {
      this.nowMs += ((FRAMES * 1000) / RATE) * (1 + this.devicePpm * 1e-6)
      if (this.delivers) this.#deliver()
      if (this.nowMs - this.#tickMs >= TICK_MS) {
        this.#tickMs = this.nowMs
        this.listener.tick()
      }
      const left = new Float32Array(FRAMES)
      this.#playout.render(left, new Float32Array(FRAMES), this.#frame, this.nowMs)
      this.#frame += FRAMES
      this.heard.push({ nowMs: this.nowMs, left })
    }
  }

  #deliver(): void {
    this.#answer()
    if (this.states && this.nowMs - this.#stateMs >= 100) {
      this.#stateMs = this.nowMs
      this.say({ ...this.state, serverUs: this.serverMs * 1000 })
    }
    const { edge } = this
    if (Number.isNaN(this.sendFrom)) this.sendFrom = edge - FRAMES
    // What was kept is sent ten times as fast as it was captured.
    const to = Math.min(edge, this.sendFrom + 10 * FRAMES)
    if (to <= this.sendFrom) return
    this.sendAudio(this.sendFrom - this.shift, to - this.shift)
    this.sendFrom = to
  }

  /** Stream positions. */
  sendAudio(from: number, to: number): void {
    this.socket.says(fakePackets({ from, to, frames: FRAMES, rateHz: RATE, sound }))
  }

  #answer(): void {
    for (; this.#said < this.socket.sent.length; this.#said++) {
      const message = JSON.parse(this.socket.sent[this.#said] as string)
      this.onSaid(message)
      if (message.type !== 'time_sync_batch') continue
      // It was sent a moment ago, and has taken the way there and back.
      const us = (message.samples[0].clientSentMs + WAY_MS - SERVER_ZERO_MS) * 1000
      const sample = { ...message.samples[0], serverReceivedUs: us, serverSentUs: us }
      const nowMs = this.nowMs
      this.nowMs = Math.max(nowMs, message.samples[0].clientSentMs + 2 * WAY_MS)
      this.say({ type: 'time_sync_batch', samples: [sample] })
      this.nowMs = nowMs
    }
  }
}

/** 200 Hz at a third of full scale. */
function sound(frame: number): number {
  return Math.round(10_000 * Math.sin((2 * Math.PI * 200 * frame) / RATE))
}
