import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { CLOSE } from '../../src/shared/wire/control.ts'
import type { Denial } from '../player/address/why-denied.ts'
import { DeskLink, type DeskSocket } from './desk-link.ts'
import { fakeCapture, fakeListener, fakeMix } from './fake-views.ts'

class FakeSocket implements DeskSocket {
  onopen: DeskSocket['onopen'] = null
  onmessage: DeskSocket['onmessage'] = null
  onclose: DeskSocket['onclose'] = null
  closed = false

  close(): void {
    this.closed = true
  }

  says(message: unknown): void {
    this.onmessage?.({
      data: typeof message === 'string' ? message : JSON.stringify(message),
    } as MessageEvent)
  }

  ends(code = 1006, reason = ''): void {
    this.onclose?.({ code, reason } as CloseEvent)
  }
}

beforeEach(() => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
})

function open(whyDenied?: () => Promise<Denial | undefined>) {
  const sockets: FakeSocket[] = []
  const link = new DeskLink({
    url: 'ws://here/ws/console',
    ...(whyDenied ? { whyDenied } : {}),
    random: () => 1,
    openSocket: () => {
      const socket = new FakeSocket()
      sockets.push(socket)
      return socket
    },
  })
  onTestFinished(() => link.stop())
  const last = (): FakeSocket => sockets[sockets.length - 1] as FakeSocket
  return { link, sockets, last }
}

const levels = { type: 'levels', peak: [0.5, 1], rms: [0.25, 0.5] }
const told = () => ({ peak: new Float32Array(3).fill(9), rms: new Float32Array(3).fill(9) })

test('what the server tells is in the snapshot, and its levels are copied out', () => {
  const { link, last } = open()
  link.start()
  last().onopen?.(new Event('open'))
  last().says({ type: 'capture', capture: fakeCapture() })
  last().says({ type: 'mix', mix: fakeMix() })
  last().says({ type: 'listeners', listeners: [fakeListener()] })
  last().says(levels)
  expect(link.store.snapshot()).toEqual({
    connected: true,
    capture: fakeCapture(),
    mix: fakeMix(),
    listeners: [fakeListener()],
    refusal: '',
    refusedFor: undefined,
    badMessages: 0,
  })
  const out = told()
  expect(link.readLevels(out)).toBe(2)
  expect([...out.peak, ...out.rms]).toEqual([0.5, 1, 0, 0.25, 0.5, 0])
})

test('what is told again unchanged, and levels, wake nobody', () => {
  const { link, last } = open()
  link.start()
  last().says(levels)
  let woken = 0
  link.store.subscribe(() => woken++)
  last().says({ type: 'mix', mix: fakeMix() })
  expect(woken).toBe(1)
  const before = link.store.snapshot()
  last().says({ type: 'mix', mix: fakeMix() })
  last().says(levels)
  expect(woken).toBe(1)
  expect(link.store.snapshot()).toBe(before)
})

test.each([
  ['no JSON', '{'],
  ['a number', '1'],
  ['levels of words', { ...levels, peak: ['loud', 'louder'] }],
  ['levels of more channels than there are', { ...levels, peak: [1, 1, 1] }],
  ['a capture without a state', { type: 'capture', capture: { ...fakeCapture(), state: undefined } }],
  ['half a histogram', { type: 'capture', capture: fakeCapture({ child: { pid: 1 } as never }) }],
  ['a mix without strips', { type: 'mix', mix: { ...fakeMix(), strips: null } }],
  ['a rung there is none of', { type: 'listeners', listeners: [{ ...fakeListener(), rung: 'mp3' }] }],
])('%s is counted and changes nothing', (_what, message) => {
  const { link, last } = open()
  link.start()
  last().says(levels)
  last().says({ type: 'mix', mix: fakeMix() })
  last().says(message)
  expect(link.store.snapshot()).toMatchObject({ mix: fakeMix(), capture: undefined, badMessages: 1 })
  expect(link.readLevels(told())).toBe(2)
})

test('a kind of message from a newer server is ignored and not counted', () => {
  const { link, last } = open()
  link.start()
  last().says({ type: 'weather' })
  expect(link.store.snapshot().badMessages).toBe(0)
})

test('a lost connection comes back, later each time, and forgets the levels but not the rest', () => {
  const { link, sockets, last } = open()
  link.start()
  last().onopen?.(new Event('open'))
  last().says({ type: 'mix', mix: fakeMix() })
  last().says(levels)
  last().ends()
  expect(link.store.snapshot()).toMatchObject({ connected: false, mix: fakeMix() })
  expect(link.readLevels(told())).toBe(0)
  for (const [i, afterMs] of [250, 500, 1000, ...Array(5).fill(2000), 4000, 5000, 5000].entries()) {
    vi.advanceTimersByTime(afterMs - 1)
    expect(sockets.length).toBe(i + 1)
    vi.advanceTimersByTime(1)
    expect(sockets.length).toBe(i + 2)
    last().ends()
  }
})

test('a server that restarts is tried again when it said', () => {
  const { link, sockets, last } = open()
  link.start()
  last().ends(CLOSE.restarting, 'The server is restarting; retry in 1800 ms.')
  vi.advanceTimersByTime(1799)
  expect(sockets.length).toBe(1)
  vi.advanceTimersByTime(1)
  expect(sockets.length).toBe(2)
})

test('a server that says nothing for long is left and tried again', () => {
  const { link, sockets, last } = open()
  link.start()
  last().onopen?.(new Event('open'))
  vi.advanceTimersByTime(10_000)
  expect(sockets[0]?.closed).toBe(true)
  expect(link.store.snapshot().connected).toBe(false)
  vi.advanceTimersByTime(250)
  expect(sockets.length).toBe(2)
})

test.each(['forbidden', 'gone'] as const)(
  'refused as %s: its words are shown, and it is tried again only when asked',
  (refusedFor) => {
    const { link, sockets, last } = open()
    link.start()
    last().ends(CLOSE[refusedFor], 'No key.')
    expect(link.store.snapshot()).toMatchObject({ refusal: 'No key.', refusedFor })
    vi.advanceTimersByTime(60_000)
    expect(sockets.length).toBe(1)
    link.start()
    expect(sockets.length).toBe(2)
    expect(link.store.snapshot().refusal).toBe('')
  },
)

test('one that is full is tried again by itself, and counts as connected once it says something', async () => {
  const asked = vi.fn(async () => undefined)
  const { link, sockets, last } = open(asked)
  const words = 'There are 16 consoles.'
  link.start()
  for (let tries = 1; tries < 9; tries++) {
    last().onopen?.(new Event('open'))
    expect(link.store.snapshot().connected).toBe(false)
    last().ends(CLOSE.full, words)
    expect(link.store.snapshot()).toMatchObject({ connected: false, refusal: words, refusedFor: 'full' })
    vi.advanceTimersByTime(5000)
    expect(sockets.length).toBe(tries + 1)
  }
  last().onopen?.(new Event('open'))
  expect(link.store.snapshot()).toMatchObject({ connected: false, refusal: words })
  last().says({ type: 'mix', mix: fakeMix() })
  expect(link.store.snapshot()).toMatchObject({ connected: true, refusal: '', refusedFor: undefined })
  expect(asked).not.toHaveBeenCalled()
  last().ends(CLOSE.full, words)
  vi.advanceTimersByTime(5000)
  last().onopen?.(new Event('open'))
  link.stop()
  expect(last().closed).toBe(true)
})

test('a full server that goes away is not full any more', () => {
  const { link, last } = open()
  link.start()
  last().ends(CLOSE.full, 'There are 16 consoles.')
  vi.advanceTimersByTime(5000)
  last().ends()
  expect(link.store.snapshot()).toMatchObject({ refusal: '', refusedFor: undefined })
})

test('the levels of a source that has stopped are not shown any more', () => {
  const { link, last } = open()
  link.start()
  last().says(levels)
  last().says({ type: 'capture', capture: fakeCapture({ state: 'stopped', message: 'Stopped.' }) })
  expect(link.readLevels(told())).toBe(0)
})

test('stopped, it closes its socket and stays away; started twice, it has one', () => {
  const { link, sockets, last } = open()
  link.start()
  link.start()
  expect(sockets.length).toBe(1)
  last().onopen?.(new Event('open'))
  link.stop()
  expect(last().closed).toBe(true)
  vi.advanceTimersByTime(60_000)
  expect(sockets.length).toBe(1)
})

test('stopped before it is open, it closes as soon as it is: a browser would call that a failure', () => {
  const { link, last } = open()
  link.start()
  link.stop()
  expect(last().closed).toBe(false)
  last().onopen?.(new Event('open'))
  expect(last().closed).toBe(true)
  expect(link.store.snapshot().connected).toBe(false)
})

test.each([
  [false, 'forbidden'],
  [true, 'gone'],
] as const)(
  'a socket that was never taken is asked about: a refusal is shown, and not tried again (gone: %s)',
  async (isGone, refusedFor) => {
    const words = 'This link has expired. Ask for a new one.'
    const { link, sockets, last } = open(async () => ({ words, isGone }))
    link.start()
    last().ends()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(link.store.snapshot()).toMatchObject({ refusal: words, refusedFor })
    expect(sockets).toHaveLength(1)
    link.start()
    expect([sockets.length, link.store.snapshot().refusal]).toEqual([2, ''])
  },
)

test('one that was open, or is let in, is tried again', async () => {
  const asked = vi.fn(async () => undefined)
  const { link, sockets, last } = open(asked)
  link.start()
  last().onopen?.(new Event('open'))
  last().ends()
  expect(asked).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1000)
  last().ends()
  await vi.advanceTimersByTimeAsync(5000)
  expect(asked).toHaveBeenCalled()
  expect(sockets.length).toBeGreaterThan(2)
  expect(link.store.snapshot().refusal).toBe('')
})
