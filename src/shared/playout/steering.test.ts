import { describe, expect, test } from 'vitest'
import { ControlBlock, createControlBlock } from '../ring/control-block.ts'
import { Moment } from './moment.ts'
import { Steering, type Step } from './steering.ts'

const RATE = 48_000
const PER_MS = RATE / 1000
const BURST = 480

/** A device that plays as it is told: after each callback its position is where the steering's answer puts it. */
class Device {
  readonly control = new ControlBlock(createControlBlock(), 0)
  readonly steering = new Steering(this.control)
  readonly moment = new Moment()
  nowMs = 1000
  position = Number.NaN
  /** How much later than the line audio is there, and how far the line has been moved back, ms. */
  behindMs = 0
  pausedMs = 0
  /** Where the open gap began. */
  #gapFrom = Number.NaN

  constructor(seedPpm = 0) {
    this.control.set('seedPpm', seedPpm)
    this.control.set('profile', 1)
    this.steering.begin(RATE)
    this.#look()
    if (!this.steering.prepare(this.moment)) throw new Error('the burst is known')
    this.position = this.moment.playable - this.steering.targetFrames
    this.steering.jumped()
  }

  #look(): void {
    const { moment } = this
    moment.nowMs = this.nowMs
    moment.burstFrames = BURST
    moment.playable = (this.nowMs - this.pausedMs) * PER_MS
    moment.position = this.position
    moment.readTo = this.position
    this.control.set('newestPosition', moment.playable - this.behindMs * PER_MS + 5 * PER_MS)
  }

  /** One callback, `ms` after the last. */
  step(missing = false, ms = 10): Step {
    this.nowMs += ms
    const cameBefore = this.control.get('newestPosition')
    this.#look()
    if (!missing) this.#gapFrom = Number.NaN
    else if (Number.isNaN(this.#gapFrom)) this.#gapFrom = Math.min(cameBefore, this.position)
    this.moment.gapFrames = missing ? Math.max(0, this.position - this.#gapFrom) : 0
    const step = this.steering.step(this.moment, missing)
    if (step === 'jump') {
      this.position = this.moment.playable - this.steering.targetFrames
      this.steering.jumped()
    }
    if (step === 'rewind') this.position -= this.steering.rewindFrames
    this.position += BURST * this.steering.rate.ratio
    return step
  }

  run(callbacks: number): Set<Step> {
    const steps = new Set<Step>()
    for (let i = 0; i < callbacks; i++) steps.add(this.step())
    return steps
  }

  get delayMs(): number {
    return (this.moment.playable - this.moment.position) / PER_MS
  }

  get targetMs(): number {
    return this.steering.targetFrames / PER_MS
  }
}

test('nothing is prepared while the burst is not known', () => {
  const control = new ControlBlock(createControlBlock(), 0)
  const steering = new Steering(control)
  steering.begin(RATE)
  const moment = new Moment()
  moment.nowMs = 0
  moment.burstFrames = 0
  expect(steering.prepare(moment)).toBe(false)
})

test('where all is well it bends, and hardly', () => {
  const device = new Device()
  expect([...device.run(6000)]).toEqual(['bend'])
  expect(Math.abs(device.delayMs - device.targetMs)).toBeLessThan(0.5)
  expect(device.targetMs).toBeGreaterThanOrEqual(BURST / PER_MS)
})

test('a target by hand is kept at once and to the frame, but a callback is the least there can be', () => {
  const device = new Device()
  device.run(500)
  device.control.set('fixedTargetFrames', 90 * PER_MS)
  device.run(1)
  expect(device.targetMs).toBe(90)
  const before = device.steering.rate.errorS
  device.control.set('fixedTargetFrames', 88 * PER_MS)
  device.run(1)
  expect(device.targetMs).toBe(88)
  // By how much it was moved is known, and no news about the clocks.
  expect(device.steering.rate.errorS - before).toBeCloseTo(0.002, 3)
  device.control.set('fixedTargetFrames', PER_MS)
  device.run(1)
  expect(device.targetMs).toBe(BURST / PER_MS)
})

test('at a target by hand the rate is not bent by what the chooser would do, and what it is left with is no news', () => {
  const device = new Device()
  device.run(500)
  device.control.set('fixedTargetFrames', 90 * PER_MS)
  device.run(9000)
  device.behindMs = 40
  let mostPpm = 0
  let moves = 0
  for (let i = 0; i < 1000; i++) {
    const before = device.control.get('needFrames')
    device.run(1)
    if (device.control.get('needFrames') !== before) moves++
    mostPpm = Math.max(mostPpm, Math.abs(device.steering.rate.ratio - 1) * 1e6)
  }
  expect(moves).toBeGreaterThan(100)
  expect(mostPpm).toBeLessThan(50)
})

test('given back to the chooser while that is moving its target, the difference is known at once', () => {
  const device = new Device()
  device.run(500)
  device.control.set('fixedTargetFrames', 90 * PER_MS)
  device.run(9000)
  device.behindMs = 40
  device.run(20)
  device.control.set('fixedTargetFrames', 0)
  device.run(1)
  expect(device.moment.slewMsPerS).not.toBe(0)
  expect(device.steering.rate.errorS * 1000).toBeCloseTo(90 - device.targetMs, 0)
})

test('the rate begins with the ppm that was right before', () => {
  expect(new Device(120).steering.rate.ratio).toBeCloseTo(1 + 120e-6, 9)
})

test.each([20, 60, 500])(
  'a device that stood still for %d ms jumps once, after 60 ms and no sooner',
  (ms) => {
    const device = new Device()
    device.run(1000)
    device.step(false, 10 + ms)
    const steps = Array.from({ length: 50 }, () => device.step())
    const at = steps.indexOf('jump')
    expect(at).toBeGreaterThanOrEqual(4)
    expect(at).toBeLessThan(8)
    expect(steps.filter((step) => step !== 'bend')).toEqual(['jump'])
    expect(Math.abs(device.delayMs - device.targetMs)).toBeLessThan(1)
  },
)

test.each([5, 20, 45])('also where all packets are %d ms late as a rule, after half a second', (behindMs) => {
  const device = new Device()
  device.behindMs = behindMs
  device.run(1000)
  device.step(false, 510)
  const steps = Array.from({ length: 50 }, () => device.step())
  expect(steps.filter((step) => step !== 'bend')).toEqual(['jump'])
  expect(Math.abs(device.delayMs - device.targetMs)).toBeLessThan(1)
})

test('a source that paused with the device has as much less to give: nothing is jumped', () => {
  const device = new Device()
  device.run(1000)
  device.behindMs = 510
  device.step(false, 510)
  expect([...device.run(50)]).toEqual(['bend'])
  // The line has noticed.
  device.pausedMs = 500
  device.behindMs = 0
  expect([...device.run(500)]).toEqual(['bend'])
})

test('one late callback, made up for by the next, is not a reason to jump', () => {
  const device = new Device()
  device.run(1000)
  device.step(false, 25)
  const steps = new Set([device.step(false, 1), device.step(false, 4), ...device.run(100)])
  expect([...steps]).toEqual(['bend'])
})

test('a path that is 30 ms shorter is bent to, one that is 100 ms shorter jumped to', () => {
  for (const [ms, jumps] of [
    [30, false],
    [100, true],
  ] as const) {
    const device = new Device()
    device.run(1000)
    device.pausedMs = -ms
    expect(device.run(300).has('jump')).toBe(jumps)
  }
})

test('in a gap it goes back to what has not been played, by no more than there is', () => {
  const device = new Device()
  device.control.set('profile', 2) // stable: wants to be spared a gap like this
  device.run(6000)
  const before = device.targetMs
  // Nothing has come for 40 ms and what is played is missing.
  device.behindMs = 60
  device.step()
  let backMs = 0
  for (let i = 0; i < 4; i++)
    if (device.step(true) === 'rewind') backMs += device.steering.rewindFrames / PER_MS
  expect(backMs).toBeGreaterThan(1)
  expect(device.targetMs - before).toBeCloseTo(backMs, 0)
})

test('a gap in which it goes back is learnt from at every callback, to its end', () => {
  const device = new Device()
  device.control.set('profile', 2)
  device.run(6000)
  // Nothing comes any more: each callback would have needed 10 ms more than the one before.
  device.behindMs = 20
  device.step()
  let rewinds = 0
  let needMs = Number.NaN
  for (let ms = 30; ms <= 70; ms += 10) {
    device.behindMs = ms
    if (device.step(true) === 'rewind') rewinds++
    if (ms > 30) expect(device.moment.needMs - needMs).toBeCloseTo(10, 0)
    needMs = device.moment.needMs
  }
  expect(rewinds).toBeGreaterThan(2)
  // Then it comes, a little later than was seen so far: that it went back meanwhile is not taken off.
  const seenMs = device.behindMs - 5
  device.behindMs = 0
  device.control.set('latePeakMs', seenMs + 8)
  device.control.set('latePeakSerial', 1)
  device.step(true)
  expect(device.moment.needMs - needMs).toBeCloseTo(10 + 8, 0)
})

describe('an outage of 5 s', () => {
  const outage = (device: Device, intervals: (i: number) => number) => {
    for (let i = 0; i < 500; i++) {
      const ms = intervals(i)
      device.behindMs += ms
      device.step(i > 3, ms)
    }
    device.behindMs = 0
    device.step(true)
  }

  test.each([
    ['a callback now and then that is early', (i: number) => [2, 18][i % 50] ?? 10],
    ['a device that stands still', (i: number) => (i === 200 ? 30 : 10)],
    [
      'a device that makes up for standing still',
      (i: number) => (i === 100 ? 30 : i > 300 && i <= 304 ? 5 : 10),
    ],
  ])('leaves the delay as it was, with %s', (_, intervals) => {
    const device = new Device()
    device.run(6000)
    const before = device.targetMs
    outage(device, intervals)
    expect(Math.abs(device.delayMs - before)).toBeLessThan(2)
    device.run(100)
    expect(Math.abs(device.delayMs - device.targetMs)).toBeLessThan(2)
    expect(Math.abs(device.targetMs - before)).toBeLessThan(3)
  })

  test('after which the line is elsewhere is followed by one jump, where it is far', () => {
    const device = new Device()
    device.run(6000)
    outage(device, () => 10)
    device.pausedMs = -9
    expect([...device.run(100)].sort()).toEqual(['bend', 'jump'])
    expect(Math.abs(device.delayMs - device.targetMs)).toBeLessThan(1)
  })
})

test('a source that has paused is gone back for, all the way, once', () => {
  const device = new Device()
  device.run(6000)
  device.behindMs = 20
  device.step()
  device.step(true)
  device.pausedMs = 20
  device.behindMs = 0
  expect(device.step(true)).toBe('rewind')
  device.step()
  expect(Math.abs(device.delayMs - device.targetMs)).toBeLessThan(1)
  expect([...device.run(500)]).toEqual(['bend'])
})

test('callbacks that went by undecided are not laid to the one before', () => {
  const device = new Device()
  device.control.set('profile', 2)
  device.run(6000)
  const before = device.targetMs
  for (let i = 0; i < 10; i++) {
    device.nowMs += 10
    device.position += BURST
    device.steering.passed()
  }
  device.run(1000)
  expect(Math.abs(device.targetMs - before)).toBeLessThan(1)
})

test('a target set by hand is aimed at, and given back', () => {
  const device = new Device()
  device.run(1000)
  device.control.set('fixedTargetFrames', 40 * PER_MS)
  device.run(10)
  expect(device.targetMs).toBe(40)
  device.control.set('fixedTargetFrames', 0)
  device.run(10)
  expect(device.targetMs).toBeLessThan(25)
})
