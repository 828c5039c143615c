import { expect, onTestFinished, test } from 'vitest'
import { serverUs } from '../server-clock.ts'
import { freePort } from './fixtures/free-port.ts'
import { honest, mute, type NtpFixture, startNtp, withByte } from './fixtures/ntp-fixture.ts'
import { NtpPoller, type PollTiming } from './ntp-poller.ts'
import { nameOf } from './ntp-server.ts'
import { JUMP_POLLS, ReferenceClock } from './reference-clock.ts'

const QUICK: PollTiming = {
  timeoutMs: 20_000,
  firstMs: 20,
  laterMs: 20,
  doubtMs: 10,
  settlingMs: 0,
  backOff: { firstMs: 10, longestMs: 60_000 },
}

/** For those that wait for somebody who does not answer. */
const SHORT: Partial<PollTiming> = { timeoutMs: 500 }

function startPoller(fixtures: readonly Pick<NtpFixture, 'server'>[], timing: Partial<PollTiming> = {}) {
  const clock = new ReferenceClock()
  const waiting = new Set<() => void>()
  const systemLineMs = () => Date.now() + 0.5 - serverUs() / 1e3
  const poller = new NtpPoller({
    servers: fixtures.map(({ server }) => server),
    clock,
    systemLineMs,
    onPoll: () => {
      for (const look of waiting) look()
    },
    timing: { ...QUICK, ...timing },
  })
  onTestFinished(() => poller.stop())
  poller.start()
  return {
    poller,
    clock,
    offsetMs: () => (clock.at(serverUs())?.lineMs ?? Number.NaN) - systemLineMs(),
    report: (i: number) => poller.records[i]?.report(serverUs(), systemLineMs()),
    /** Resolves after a poll that satisfies. */
    until: (satisfied: () => boolean) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (!satisfied()) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
      }),
  }
}

/** What a server of ± 7 ms and this machine's own pauses may make of an offset. */
const NEAR_MS = 200
const near = (offsetMs: number, toMs: number) => Math.abs(offsetMs - toMs) < NEAR_MS

test('of two servers the first that answers tells the time', async () => {
  const [gone, good] = [await startNtp(0, mute), await startNtp(400)]
  const { until, clock, offsetMs, report } = startPoller([gone, good], SHORT)
  await until(() => clock.at(serverUs()) !== undefined)
  expect(clock.at(serverUs())?.server).toBe(good.name)
  expect(near(offsetMs(), 400)).toBe(true)
  expect(report(0)).toMatchObject({ state: 'failing', fault: 'no-answer' })
})

test('the second of two is not bothered while the first answers', async () => {
  const [first, spare] = [await startNtp(), await startNtp()]
  const { until, report } = startPoller([first, spare])
  await until(() => first.asked >= 3)
  expect(spare.asked).toBe(0)
  expect(report(1)?.state).toBe('unasked')
})

test('with nobody there, there is no time, and they are asked again and again, ever more rarely', async () => {
  const dead = { server: { host: '127.0.0.1', port: await freePort() } }
  const { until, clock, report } = startPoller([dead])
  await until(() => (report(0)?.failures ?? 0) >= 4)
  expect(clock.at(serverUs())).toBeUndefined()
  expect(report(0)).toMatchObject({
    host: nameOf(dead.server),
    state: 'failing',
    fault: 'unreachable',
    answers: 0,
  })
})

test('a server that asks to be left alone is, and the next one tells the time', async () => {
  const [full, good] = [await startNtp(0, withByte(1, 0)), await startNtp()]
  const { until, report } = startPoller([full, good])
  await until(() => good.asked >= 4)
  expect(full.asked).toBe(1)
  expect(report(0)).toMatchObject({ state: 'failing', fault: 'kiss-of-death', failures: 1 })
})

test('one server that is ten seconds off is believed only when it has insisted', async () => {
  const only = await startNtp(10_000)
  const { until, clock, offsetMs } = startPoller([only])
  await until(() => clock.at(serverUs()) !== undefined)
  expect(only.asked).toBe(JUMP_POLLS)
  expect(near(offsetMs(), 10_000)).toBe(true)
})

test('of three, one that is ten seconds off is outvoted and named, from the first poll on', async () => {
  const [liar, a, b] = [await startNtp(10_000), await startNtp(), await startNtp()]
  const { until, clock, offsetMs, report } = startPoller([liar, a, b])
  await until(() => (report(0)?.falseticker ?? 0) >= 2)
  expect(near(offsetMs(), 0)).toBe(true)
  expect(clock.at(serverUs())?.server).not.toBe(liar.name)
  expect([report(0)?.state, report(1)?.state, report(2)?.state]).toEqual(['falseticker', 'ok', 'ok'])
  expect(report(0)?.falseticker).toBe(report(0)?.answers)
})

test('of three, most of which say that this computer is an hour late, most are right', async () => {
  const [a, b, c] = [await startNtp(3_600_000), await startNtp(3_600_000), await startNtp()]
  const { until, clock, offsetMs, report } = startPoller([a, b, c])
  await until(() => clock.at(serverUs()) !== undefined)
  expect(near(offsetMs(), 3_600_000)).toBe(true)
  expect([a.asked, report(2)?.state]).toEqual([1, 'falseticker'])
})

test('when of three one is gone and one begins to lie, what was believed decides', async () => {
  const [a, b, c] = [await startNtp(), await startNtp(), await startNtp()]
  const { poller, until, offsetMs, report } = startPoller([a, b, c], SHORT)
  await until(() => report(0)?.state === 'ok')
  a.offsetMs = -20_000
  c.spoil = mute
  await until(() => report(0)?.state === 'falseticker' && report(2)?.state === 'failing')
  expect(near(offsetMs(), 0)).toBe(true)
  expect(poller.noMajority).toBe(0)
})

test('three that contradict each other are believed nothing', async () => {
  const [a, b, c] = [await startNtp(), await startNtp(5000), await startNtp(10_000)]
  const { poller, until, clock } = startPoller([a, b, c])
  await until(() => poller.noMajority >= 3)
  expect(clock.at(serverUs())).toBeUndefined()
})

test('a server that has come back is forgiven', async () => {
  const only = await startNtp(0, mute)
  const { until, report } = startPoller([only], SHORT)
  await until(() => report(0)?.state === 'failing')
  only.spoil = honest
  await until(() => report(0)?.state === 'ok')
  expect(report(0)?.fault).toBeNull()
})

test('asked to ask now, it does so, however long it would have waited', async () => {
  const only = await startNtp()
  const { poller, until } = startPoller([only], { firstMs: 3_600_000, laterMs: 3_600_000 })
  await until(() => only.asked === 1)
  const again = until(() => only.asked === 2)
  poller.pollNow()
  await again
})

test('stopped, it asks no more, also when it was in the middle of asking', async () => {
  const only = await startNtp(0, mute)
  const { poller, report } = startPoller([only], { timeoutMs: 3_600_000 })
  while (only.asked === 0) await new Promise((resolve) => setImmediate(resolve))
  await poller.stop()
  expect(report(0)?.failures).toBe(0)
})
