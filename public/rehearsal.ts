// Thread: audio render, before anything is to be heard. Plays a stream that nobody hears, with all that can happen to one.
//
// V8 makes an object of every fraction that code computes before it is compiled, and compiles only what has run a thousand
// times; it throws compiled code away when that first takes a branch it was not seen to take. What runs once per callback
// is compiled after ten seconds of playing, and again ten seconds after the first hole, the first jump, the first minute:
// hundreds of bytes a quantum all that time, for a collector that stops this thread. So it runs here first.

import { MarkerWatch } from '../src/shared/playout/marker-watch.ts'
import { Moment } from '../src/shared/playout/moment.ts'
import { Playout } from '../src/shared/playout/playout.ts'
import { RateControl } from '../src/shared/playout/rate-control.ts'
import { TargetChooser } from '../src/shared/playout/target-chooser.ts'
import { ControlBlock, createControlBlock } from '../src/shared/ring/control-block.ts'
import { createSampleRing, SampleRing } from '../src/shared/ring/sample-ring.ts'
import { LateCallbacks } from './late-callbacks.ts'

/** The first time says what kinds of objects and numbers there are: code compiled before that is thrown away. */
const TIMES = [300, 1500]
const DECISIONS = 800
/** Whoever is slower than this plays with what is compiled by then: garbage is better than a late beginning. */
const ENOUGH_MS = 250
/** Callbacks between two looks at the time. */
const LOOK_EVERY = 50

const QUANTUM_FRAMES = 128
const PACKET_FRAMES = 128
const RATE_HZ = 44_100
const OTHER_RATE_HZ = 48_000
const RING_FRAMES = 1 << 14
/** Beyond what small integers hold, as dates are, and positions and frames after some hours. */
const FIRST_POSITION = 2 ** 33
const FIRST_FRAME = 2 ** 23
const FIRST_MS = 1.7e12
const SKEW_MS = 1234.5

/** One in so many packets is lost, one callback in so many is late by so much, and one in so many begins a stall of the network. */
const LOST_EVERY = 67
const LATE_EVERY = 71
const LATE_MS = 30
const STALL_EVERY = 53
const STALL_CALLBACKS = 11
/** A device that has stood still for longer is jumped after. */
const STOPPED_EVERY = 190
const STOPPED_MS = 120
/** A group first hears what is not there any more, and comes nearer with every callback. */
const ROOM_FAR_FRAMES = 1e6
const ROOM_NEARS = 0.8
const ROOM_FRAMES = 1500.5

/** Call before the engine is made that is to be heard. `clock`: ms, to know when it has been long enough. */
export function rehearse(contextRateHz: number, clock: () => number = Date.now): void {
  const untilMs = clock() + ENOUGH_MS
  decide()
  for (const callbacks of TIMES) {
    const rehearsal = new Rehearsal(contextRateHz, callbacks)
    for (let done = 0; done < callbacks && clock() < untilMs; done += LOOK_EVERY) rehearsal.play(LOOK_EVERY)
  }
}

export class Rehearsal {
  /** What its engine said. */
  readonly control = new ControlBlock(createControlBlock(), 0)
  readonly #ring = new SampleRing(createSampleRing(RING_FRAMES))
  readonly #playout: Playout
  readonly #markers: MarkerWatch
  readonly #late: LateCallbacks
  readonly #left = new Float32Array(QUANTUM_FRAMES)
  readonly #right = new Float32Array(QUANTUM_FRAMES)
  readonly #packet = Float32Array.from({ length: PACKET_FRAMES }, (_, i) => ((i * 7919) % 101) / 101 - 0.5)
  readonly #line = { serial: 1, ms: 0, position: 0, rateHz: RATE_HZ }
  readonly #room = { serial: 0, ms: 0, position: 0, rateHz: RATE_HZ, slewPpm: -1000 }
  readonly #quantumMs: number
  /** Of what length it is to be in all: when what happens once happens. */
  readonly #callbacks: number
  #callback = 0
  #stoppedMs = 0
  #roomBehindFrames = ROOM_FRAMES
  #written = FIRST_POSITION
  #packets = 0

  constructor(contextRateHz: number, callbacks: number) {
    this.#callbacks = callbacks
    this.#quantumMs = (QUANTUM_FRAMES * 1000) / contextRateHz
    this.#playout = new Playout({ ring: this.#ring, control: this.control, contextRateHz })
    this.#markers = new MarkerWatch(this.control, contextRateHz)
    this.#late = new LateCallbacks(contextRateHz)
    this.control.set('dateSkewMs', SKEW_MS)
    this.control.set('roomJumpMs', 40)
    this.#playout.openStream(this.#line.serial, RATE_HZ)
  }

  /** Goes on for so many callbacks. */
  play(callbacks: number): void {
    for (let i = 0; i < callbacks; i++) {
      const at = this.#callback++
      if (at % STOPPED_EVERY === STOPPED_EVERY - 1) this.#stoppedMs += STOPPED_MS
      const elapsedMs = at * this.#quantumMs + this.#stoppedMs
      const lateMs = Math.max(0, LATE_MS - (at % LATE_EVERY) * this.#quantumMs)
      this.#happen(at)
      this.#arrive(elapsedMs + lateMs, at % STALL_EVERY)
      this.#render(FIRST_FRAME + at * QUANTUM_FRAMES, Math.floor(FIRST_MS + elapsedMs + lateMs))
    }
  }

  /** What happens now and then in a listening, once here: most of it early, so that what it changes is compiled after it. */
  #happen(at: number): void {
    const { control } = this
    const tenth = Math.floor(this.#callbacks / 10)
    if (at % tenth > 0) return
    switch (at / tenth) {
      case 1:
        control.set('markerPosition', control.get('playPosition') + 2000)
        control.add('markerSerial', 1)
        break
      case 2:
        this.#playout.openStream(2, OTHER_RATE_HZ)
        this.#playout.openStream(3, RATE_HZ)
        this.#line.serial = 3
        control.set('profile', 2)
        control.add('lineTurns', 1)
        break
      case 3:
        this.#room.serial = this.#line.serial
        this.#roomBehindFrames = ROOM_FAR_FRAMES
        break
      case 4:
        this.#room.serial = 0
        control.set('profile', 0)
        control.set('fixedTargetFrames', 1500)
        break
      case 5:
        control.set('fixedTargetFrames', 0)
    }
  }

  /** What the worker does: packets, unless the network stalls, and the lines. */
  #arrive(elapsedMs: number, inStall: number): void {
    const { control } = this
    const line = this.#line
    line.ms = FIRST_MS + elapsedMs - SKEW_MS
    line.position = FIRST_POSITION + (elapsedMs * RATE_HZ) / 1000
    if (inStall < STALL_CALLBACKS) return
    for (; this.#written <= line.position; this.#written += PACKET_FRAMES)
      if (this.#packets++ % LOST_EVERY > 0)
        this.#ring.writeFloat32(this.#written, this.#packet, this.#packet, PACKET_FRAMES)
    control.set('newestPosition', this.#written)
    control.writeLine(line)
    control.add('latePeakSerial', 1)
    control.set('latePeakMs', inStall === STALL_CALLBACKS ? STALL_CALLBACKS * this.#quantumMs : 0.5)
    const room = this.#room
    room.ms = line.ms
    this.#roomBehindFrames = Math.max(ROOM_FRAMES, ROOM_NEARS * this.#roomBehindFrames)
    room.position = line.position - this.#roomBehindFrames
    control.writeRoom(room)
  }

  #render(frame: number, dateMs: number): void {
    if (this.#late.onQuantum(dateMs, frame)) this.control.add('lateCallbacks', 1)
    this.#playout.render(this.#left, this.#right, frame, dateMs)
    this.#markers.look(this.#left, this.#right, frame)
  }
}

/** The decisions that take a minute of playing, without the playing: the rate loop narrows, a target that rose comes down. */
function decide(): void {
  const rate = new RateControl()
  const chooser = new TargetChooser()
  const moment = new Moment()
  for (let i = 0; i < DECISIONS; i++) {
    moment.nowMs = FIRST_MS + i * 100.5
    moment.dtS = 0.1005
    moment.burstMs = 5.25
    moment.needMs = i % 300 < 10 ? 60.5 : 8.25
    moment.freeMs = i % 300 === 3 ? 4.5 : 0
    chooser.step(moment)
    moment.errorS = ((i % 29) - 14.5) / 1000
    rate.step(moment, i % 5 === 0)
  }
}
