import { describe, expect, onTestFinished, test } from 'vitest'
import { serverUs } from '../server-clock.ts'
import { mute, type NtpFixture, startNtp } from './fixtures/ntp-fixture.ts'
import type { PollTiming } from './ntp-poller.ts'
import { type ReferenceNow, type ReferenceOptions, ReferenceTime } from './reference-time.ts'

const HOUR_MS = 3_600_000
const NEVER: Partial<PollTiming> = { firstMs: HOUR_MS, laterMs: HOUR_MS, timeoutMs: 20_000 }
/** This machine's own pauses, and the fixture's ± 7 ms. */
const NEAR_MS = 200

function start(fixtures: readonly NtpFixture[], over: Partial<ReferenceOptions> = {}) {
  /** What somebody has set the system's clock, and the time the computer has slept, to. */
  const set = { systemMs: 0, sleptSeconds: 0 }
  const reference = new ReferenceTime({
    servers: fixtures.map(({ server }) => server),
    timing: NEVER,
    systemMs: () => Date.now() + set.systemMs,
    uptimeSeconds: () => serverUs() / 1e6 + set.sleptSeconds,
    ...over,
  })
  onTestFinished(() => reference.stop())
  reference.start()
  const until = async (satisfied: (now: ReferenceNow) => boolean) => {
    while (!satisfied(reference.now())) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return { reference, set, until, synced: () => until(({ source }) => source === 'ntp') }
}

const near = (a: number, b: number) => Math.abs(a - b) < NEAR_MS

describe('without NTP servers', () => {
  test('the time is the system’s, and nobody knows how right that is', () => {
    const { reference } = start([])
    const now = reference.now()
    expect(now).toEqual({ unixMs: expect.any(Number), errorMs: null, source: 'system', offsetMs: 0 })
    expect(near(now.unixMs, Date.now())).toBe(true)
    expect(reference.report()).toMatchObject({ lastSyncMs: null, servers: [] })
  })

  test('it goes with whoever sets the system’s clock', () => {
    const { reference, set } = start([])
    set.systemMs = HOUR_MS
    expect(near(reference.now().unixMs, Date.now() + HOUR_MS)).toBe(true)
  })
})

describe('with an NTP server', () => {
  test('the time is the server’s', async () => {
    const fixture = await startNtp(400)
    const { reference, synced } = start([fixture])
    await synced()
    const { unixMs, errorMs, server, offsetMs } = reference.now()
    expect(server).toBe(fixture.name)
    expect(near(unixMs, Date.now() + 400)).toBe(true)
    expect(near(offsetMs, 400)).toBe(true)
    // Its own account of itself, and the way there and back.
    expect(errorMs).toBeGreaterThan(6.9)
    expect(near(reference.report().lastSyncMs ?? 0, unixMs)).toBe(true)
  })

  test('somebody who sets the system’s clock does not move it, but makes it ask', async () => {
    const fixture = await startNtp()
    const { reference, set, synced, until } = start([fixture])
    await synced()
    const atUs = serverUs()
    const beforeMs = reference.toUnixMs(atUs)
    set.systemMs = -HOUR_MS
    expect(reference.toUnixMs(atUs)).toBe(beforeMs)
    expect(near(reference.now().offsetMs, HOUR_MS)).toBe(true)
    reference.look()
    await until(() => fixture.asked >= 2)
  })

  test('after the computer’s sleep, in which the server clock stands still, it is asked for anew', async () => {
    const fixture = await startNtp()
    const { reference, set, synced } = start([fixture])
    await synced()
    set.sleptSeconds = HOUR_MS / 1000
    reference.look()
    expect(reference.now().source).toBe('system')
    await synced()
    expect(fixture.asked).toBe(2)
  })

  test('a system that tells its uptime in whole seconds has not slept when two of them pass at once', async () => {
    const fixture = await startNtp()
    const set = { uptimeSeconds: 1000 }
    const { reference, synced } = start([fixture], { uptimeSeconds: () => set.uptimeSeconds })
    await synced()
    reference.look()
    // By the server clock nothing has passed.
    set.uptimeSeconds += 1
    reference.look()
    expect(reference.now().source).toBe('ntp')
    set.uptimeSeconds += 3
    reference.look()
    expect(reference.now().source).toBe('system')
  })

  test('that falls silent, the time is the system’s in the end, and the server’s again when it is back', async () => {
    const fixture = await startNtp(400)
    const timing = {
      ...NEVER,
      firstMs: 20,
      laterMs: 20,
      timeoutMs: 500,
      backOff: { firstMs: 10, longestMs: 20 },
    }
    const { until, synced } = start([fixture], { timing, holdMs: 2000 })
    await synced()
    fixture.spoil = mute
    await until(({ source, offsetMs, errorMs }) => source === 'system' && offsetMs === 0 && errorMs === null)
    fixture.spoil = (reply) => reply
    await synced()
  })
})

test('server clock and reference are turned into one another', async () => {
  const { reference, synced } = start([await startNtp(400)])
  await synced()
  const atUs = serverUs()
  const unixMs = reference.toUnixMs(atUs)
  expect(near(unixMs, Date.now() + 400)).toBe(true)
  // A double holds Unix time to a quarter of a microsecond.
  expect(Math.abs(reference.toServerUs(unixMs) - atUs)).toBeLessThan(1)
  expect(reference.toServerUs(unixMs + 250) - reference.toServerUs(unixMs)).toBeCloseTo(250_000, 0)
})
