import { describe, expect, test } from 'vitest'
import { Moment } from './moment.ts'
import { PROFILE_FIGURES, PROFILES, type Profile } from './profile.ts'
import { TargetChooser } from './target-chooser.ts'

const CALLBACK_MS = 10
const BURST_MS = 10

/** A device with a callback every 10 ms, and what each of them would have needed. */
class Device {
  readonly chooser = new TargetChooser()
  readonly moment = new Moment()
  nowMs = 0

  constructor(profile: Profile) {
    this.chooser.profile = profile
  }

  /** One callback; its target, ms. */
  step(needMs: number, freeMs = 0, burstMs = BURST_MS): number {
    this.nowMs += CALLBACK_MS
    const { moment, nowMs } = this
    Object.assign(moment, { nowMs, dtS: CALLBACK_MS / 1000, needMs, freeMs, burstMs })
    this.chooser.step(moment)
    return moment.targetMs
  }

  run(seconds: number, needMs: (atMs: number) => number): number {
    const endMs = this.nowMs + seconds * 1000
    let targetMs = Number.NaN
    while (this.nowMs < endMs) targetMs = this.step(needMs(this.nowMs))
    return targetMs
  }
}

describe.each(PROFILES)('%s', (profile) => {
  test('what is always needed it comes to, with little on top', () => {
    for (const needMs of [12, 30, 60]) {
      const targetMs = new Device(profile).run(300, () => needMs)
      expect(targetMs).toBeGreaterThanOrEqual(needMs)
      expect(targetMs).toBeLessThan(needMs * 1.05 + 1)
    }
  })

  test('it is never below the burst, even when nothing is needed', () => {
    const device = new Device(profile)
    let least = Number.POSITIVE_INFINITY
    for (let i = 0; i < 60_000; i++) least = Math.min(least, device.step(0))
    expect(least).toBeGreaterThanOrEqual(BURST_MS)
  })

  test('more than its limit above the burst is not aimed at', () => {
    const { maxMs } = PROFILE_FIGURES[profile]
    const limitMs = BURST_MS + maxMs
    expect(new Device(profile).run(1200, () => 2000)).toBeLessThan(limitMs * 1.05 + 3)
  })

  test('outside a gap it moves by no more than 0.8 ms a second up and 0.5 down, and says how fast', () => {
    const device = new Device(profile)
    let before = device.step(12)
    let [fastest, slowest, wrong] = [0, 0, 0]
    for (let i = 0; i < 60_000; i++) {
      const targetMs = device.step(i > 10_000 && i < 30_000 ? 60 : 12)
      const slew = ((targetMs - before) / CALLBACK_MS) * 1000
      fastest = Math.max(fastest, slew)
      slowest = Math.min(slowest, slew)
      wrong = Math.max(wrong, Math.abs(device.moment.slewMsPerS - slew))
      before = targetMs
    }
    expect(fastest).toBeGreaterThan(0.1)
    expect(fastest).toBeLessThanOrEqual(0.8 + 1e-9)
    expect(slowest).toBeGreaterThanOrEqual(-0.5 - 1e-9)
    expect(wrong).toBeLessThan(1e-9)
  })
})

test('a rare stall is worth more the more a glitch costs', () => {
  // One of 60 ms every 20 s.
  const [live, balanced, stable] = PROFILES.map((profile) =>
    new Device(profile).run(1500, (atMs) => (atMs % 20_000 === 0 ? 60 : 12)),
  ) as [number, number, number]
  expect(live).toBeLessThan(20)
  expect(balanced).toBeLessThan(20)
  expect(stable).toBeGreaterThanOrEqual(60)
})

test('in an open gap it is raised at once, and by no more than is free', () => {
  const device = new Device('stable')
  const before = device.run(120, () => 12)
  // A gap that is already 40 ms long, of which 5, then 20 ms can be had by going back.
  expect(device.step(52, 5)).toBeCloseTo(before + 5, 6)
  expect(device.step(62, 20)).toBeCloseTo(before + 25, 6)
  expect(device.moment.slewMsPerS).toBe(0)
})

test('what was raised in a gap is given back when the gap gets longer than any target would help', () => {
  const device = new Device('balanced')
  const before = device.run(60, () => 12)
  let highest = before
  let targetMs = before
  for (let ms = 10; ms <= 400; ms += CALLBACK_MS) {
    targetMs = device.step(12 + ms, CALLBACK_MS)
    highest = Math.max(highest, targetMs)
  }
  expect(highest).toBeGreaterThan(before + 3)
  expect(targetMs).toBeCloseTo(before, 6)
})

describe('in a group', () => {
  const inGroup = () => {
    const device = new Device('balanced')
    device.moment.roomPosition = 0
    return { device, before: device.run(3, () => 12) }
  }
  test('what was wanted before a gap is had at once in one that it helps, and in no other', () => {
    const young = () => {
      const { device } = inGroup()
      // More is wanted than three seconds can reach by rate.
      return { device, before: device.run(3, () => 30) }
    }
    const short = young()
    expect(short.before).toBeLessThan(20)
    expect(short.device.step(25, 1000)).toBeGreaterThanOrEqual(30)
    const long = young()
    let targetMs = long.before
    for (let ms = 10; ms <= 500; ms += CALLBACK_MS) targetMs = long.device.step(long.before + ms, 1000)
    expect(targetMs).toBe(long.before)
    expect(long.device.step(30)).toBeLessThan(long.before + 0.02)
  })

  const gap = (device: Device) => {
    let targetMs = Number.NaN
    for (let ms = 10; ms <= 60; ms += CALLBACK_MS) targetMs = device.step(12 + ms, 1000)
    return targetMs
  }

  test('a gap that comes early and alone makes it ask for little more', () => {
    const { device, before } = inGroup()
    expect(gap(device)).toBeLessThan(before + 1)
    let mostMs = 0
    for (let i = 0; i < 12_000; i++) mostMs = Math.max(mostMs, device.step(12))
    expect(mostMs).toBeLessThan(before + 6)
  })

  test('what another like it has made a habit is had at once', () => {
    const { device } = inGroup()
    gap(device)
    device.run(2, () => 12)
    expect(gap(device)).toBeGreaterThanOrEqual(72)
  })
})

test('it stays for 10 s after the need has gone, then comes down', () => {
  const device = new Device('live')
  device.run(200, () => 60)
  // Long enough for the histogram to forget: from then on less is wanted.
  const before = device.run(20, () => 60)
  const soon = device.run(9, () => 12)
  expect(soon).toBeCloseTo(before, 1)
  expect(device.run(1500, () => 12)).toBeLessThan(16)
})

test('a millisecond less is not worth coming down for', () => {
  const device = new Device('live')
  device.run(600, () => 12)
  const before = device.run(600, () => 30)
  const after = device.run(1500, () => 29.5)
  expect(after).toBe(before)
})

test('it comes down as slowly as it forgets: live soonest, stable last', () => {
  const [live, balanced, stable] = PROFILES.map((profile) => {
    const device = new Device(profile)
    device.run(1200, () => 72)
    let fastest = 0
    for (let i = 0; i < 500_000; i++) {
      device.step(12)
      fastest = Math.min(fastest, device.moment.slewMsPerS)
    }
    return -fastest
  }) as [number, number, number]
  expect(live).toBeGreaterThan(2 * balanced)
  expect(balanced).toBeGreaterThan(1.5 * stable)
  expect(stable).toBeGreaterThan(0.05)
})

test('on top of what it knows stable keeps more than the others', () => {
  const [live, balanced, stable] = PROFILES.map((profile) => new Device(profile).run(600, () => 110)) as [
    number,
    number,
    number,
  ]
  expect(balanced).toBeLessThan(113)
  expect(stable).toBeGreaterThan(115)
  expect(live).toBeLessThan(113)
})

test('a clock that was set does not move it', () => {
  for (const ms of [3_600_000, -3_600_000]) {
    const device = new Device('balanced')
    const before = device.run(120, () => 12)
    device.nowMs += ms
    expect(Math.abs(device.step(12) - before)).toBeLessThan(0.1)
    expect(Math.abs(device.run(30, () => 12) - before)).toBeLessThan(3)
  }
})

test('a burst that has grown is followed by rate, and at once by the first callback that runs dry', () => {
  const device = new Device('live')
  const before = device.run(120, () => 12)
  expect(device.step(22, 0, 22)).toBeGreaterThan(before)
  expect(device.step(22, 22, 22)).toBeGreaterThanOrEqual(22)
})
