import { expect, onTestFinished, test, vi } from 'vitest'
import { InputError } from './inputs/input.ts'
import { openWhenThere } from './look-again.ts'

const AWAY = new InputError('no-device', 'No input named "MONTAGE" was found')

/** Time passes at once; gives back how much did, ms. */
function skipTime(): () => number {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const fromMs = performance.now()
  return () => performance.now() - fromMs
}

vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
}))

test('a device that is away is opened within a second of coming back', async () => {
  const passedMs = skipTime()
  let looks = 0
  const opened = openWhenThere(async () => {
    looks++
    if (passedMs() < 3500) throw AWAY
    return 'opened'
  })
  await vi.runAllTimersAsync()
  expect(await opened).toBe('opened')
  expect([looks, passedMs()]).toEqual([5, 4000])
})

test('one that stays away is looked for by another child after 8 s', async () => {
  const passedMs = skipTime()
  const failed = expect(
    openWhenThere(async () => {
      throw AWAY
    }),
  ).rejects.toBe(AWAY)
  await vi.runAllTimersAsync()
  await failed
  expect(passedMs()).toBe(8000)
})

test.each([1500, 1900])(
  'looks that take %d ms are over before the server gives up waiting',
  async (lookMs) => {
    const passedMs = skipTime()
    const failed = expect(
      openWhenThere(async () => {
        await new Promise((resolve) => setTimeout(resolve, lookMs))
        throw AWAY
      }),
    ).rejects.toBe(AWAY)
    await vi.runAllTimersAsync()
    await failed
    expect(passedMs()).toBeGreaterThan(7000)
    expect(passedMs()).toBeLessThanOrEqual(9000)
  },
)

test('our own failure is not tried again', async () => {
  const own = new TypeError('a bug')
  let looks = 0
  await expect(
    openWhenThere(async () => {
      looks++
      throw own
    }),
  ).rejects.toBe(own)
  expect(looks).toBe(1)
})
