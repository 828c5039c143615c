import { expect, test } from 'vitest'
import { ControlBlock, createControlBlock } from '../ring/control-block.ts'
import { Moment } from './moment.ts'
import { Steering } from './steering.ts'

const RATE = 48_000
const PER_MS = RATE / 1000
const BURST = 480
const SERIAL = 1

/** A device whose clock is off by `ppm`, that plays where the steering puts it; the room line runs at the nominal rate. */
class Member {
  readonly control = new ControlBlock(createControlBlock(), 0)
  readonly steering = new Steering(this.control)
  readonly moment = new Moment()
  nowMs = 1000
  position = Number.NaN
  jumps = 0
  readonly #ms: number

  constructor(ppm: number) {
    this.#ms = 10 / (1 + ppm * 1e-6)
    this.control.set('profile', 1)
    this.control.set('roomJumpMs', 30)
  }

  /** The group's delay behind what could be playing. */
  room(delayMs: number, slewPpm = 0): void {
    const rateHz = RATE * (1 + slewPpm * 1e-6)
    const position = (this.nowMs - delayMs) * PER_MS
    this.control.writeRoom({ serial: SERIAL, ms: this.nowMs, position, rateHz, slewPpm })
  }

  alone(): void {
    this.control.writeRoom({ serial: 0, ms: 0, position: 0, rateHz: 0, slewPpm: 0 })
  }

  start(): void {
    this.steering.begin(RATE, SERIAL)
    this.#look()
    this.steering.prepare(this.moment)
    this.#jump()
    this.position += BURST
  }

  run(callbacks: number): void {
    for (let i = 0; i < callbacks; i++) {
      this.nowMs += this.#ms
      this.#look()
      const step = this.steering.step(this.moment, false)
      if (step === 'jump') {
        this.jumps++
        this.#jump()
      }
      if (step === 'rewind') this.position -= this.steering.rewindFrames
      this.position += BURST * this.steering.rate.ratio
    }
  }

  /** At the start of the callback that comes next. */
  get delayMs(): number {
    return this.nowMs + this.#ms - this.position / PER_MS
  }

  #jump(): void {
    this.position = this.moment.playable - this.steering.targetFrames
    this.steering.jumped()
  }

  #look(): void {
    const { moment } = this
    moment.nowMs = this.nowMs
    moment.burstFrames = BURST
    moment.playable = this.nowMs * PER_MS
    moment.position = this.position
    moment.readTo = this.position
    moment.gapFrames = 0
    this.control.set('newestPosition', moment.playable + 5 * PER_MS)
  }
}

test('who starts with a group starts on its line, and stays there whatever its own clock does', () => {
  const fast = new Member(100)
  fast.room(80)
  fast.start()
  fast.run(100)
  expect(fast.delayMs).toBeCloseTo(80, 0)
  fast.run(12_000)
  expect(fast.delayMs).toBeCloseTo(80, 1)
  expect(fast.steering.rate.ratio).toBeCloseTo(1 - 100e-6, 5)
  expect(fast.jumps).toBe(0)
})

test('joining a group is one jump, and so is leaving it', () => {
  const member = new Member(0)
  member.start()
  member.run(500)
  const own = member.delayMs
  member.room(120)
  member.run(2)
  expect(member.delayMs).toBeCloseTo(120, 1)
  member.run(500)
  expect(member.jumps).toBe(1)
  member.alone()
  member.run(2)
  expect(member.jumps).toBe(2)
  expect(member.delayMs).toBeLessThan(own + 1)
})

test('a delay that is moved is followed without a jump, by members of different clocks alike', () => {
  const [fast, slow] = [new Member(90), new Member(-90)]
  for (const member of [fast, slow]) {
    member.room(80)
    member.start()
    member.run(6000)
    member.room(80, -1000)
    member.run(2000)
  }
  // 20 s at 1,000 ppm are 20 ms; the rate takes a second to get there, for both.
  expect(fast.delayMs).toBeGreaterThan(98.5)
  expect(Math.abs(fast.delayMs - slow.delayMs)).toBeLessThan(0.1)
  expect(fast.jumps + slow.jumps).toBe(0)
  expect(Math.abs(fast.control.get('needFrames') - slow.control.get('needFrames'))).toBeLessThan(PER_MS)
})

test('what is further off than the room tolerates is jumped', () => {
  const member = new Member(0)
  member.room(80)
  member.start()
  member.run(500)
  member.room(125)
  member.run(20)
  expect(member.jumps).toBe(1)
  expect(member.delayMs).toBeCloseTo(125, 1)
})

test('a line of another stream is not followed', () => {
  const member = new Member(0)
  member.start()
  member.run(200)
  member.control.writeRoom({ serial: SERIAL + 1, ms: member.nowMs, position: 0, rateHz: RATE, slewPpm: 0 })
  member.run(200)
  expect(member.jumps).toBe(0)
  expect(member.delayMs).toBeLessThan(30)
})

test('what the first look got wrong is put right within two seconds, not bent away', () => {
  const member = new Member(0)
  member.room(80)
  member.start()
  member.run(10)
  // As when the output turns out to be 2.5 ms later than the browser said.
  member.room(77.5)
  member.run(110)
  expect(member.delayMs).toBeCloseTo(77.5, 0)
  expect(member.jumps).toBe(0)
})

test('a device that has lost 128 frames is made up for within seconds, by a rate that nobody hears, and no further', () => {
  for (const lostMs of [2.7, -2.7]) {
    const member = new Member(30)
    member.room(80)
    member.start()
    member.run(12_000)
    member.position -= lostMs * PER_MS
    const clocks = member.steering.rate.ratio
    let least = Number.POSITIVE_INFINITY
    for (let i = 0; i < 2000; i++) {
      member.run(1)
      const offMs = member.delayMs - 80
      least = Math.min(least, offMs * Math.sign(lostMs))
      if (i > 300) expect(Math.abs(offMs)).toBeLessThan(0.8)
      expect(Math.abs(member.steering.rate.ratio - clocks)).toBeLessThan(1500e-6)
    }
    expect(least).toBeGreaterThan(-0.6)
    expect(Math.abs(member.delayMs - 80)).toBeLessThan(0.3)
    expect(member.jumps).toBe(0)
  }
})

test('what is being made up for is in the error that is told, and forgotten with the room', () => {
  const member = new Member(0)
  member.room(80)
  member.start()
  member.run(1100)
  member.position -= 2.7 * PER_MS
  member.run(200)
  expect(member.steering.errorS * 1000).toBeGreaterThan(1)
  expect(Math.abs(member.steering.errorS * 1000 - (member.delayMs - 80))).toBeLessThan(0.7)
  member.alone()
  member.run(2)
  expect(member.steering.errorS).toBe(member.steering.rate.errorS)
})
