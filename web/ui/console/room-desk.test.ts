// @vitest-environment happy-dom
// A network that hangs: nothing is lost, nothing is answered.
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { BY_US_HEADER, SERVER_US_HEADER } from '../../../src/shared/wire/time-limit.ts'
import { RoomDesk } from './room-desk.ts'

const SERVER_US = 1e9
const ROOM = {
  transport: { playing: true, backMs: 0, seekableMs: 12_000, scheduled: null },
  pauseWhenLow: false,
  together: { delayMs: 96.2, fixedMs: null },
  steady: { fixedMs: 5000 },
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const limit = new AbortController()
    setTimeout(() => limit.abort(), ms)
    return limit.signal
  })
  onTestFinished(() => {
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
    vi.useRealTimers()
  })
})

async function open() {
  const network = { hangs: false, pending: 0, most: 0, sent: [] as unknown[] }
  vi.stubGlobal('fetch', (_url: string, { method, body, headers, signal }: RequestInit) => {
    const { [BY_US_HEADER]: byUs } = headers as Record<string, string>
    if (method !== 'GET') network.sent.push({ ...JSON.parse(String(body)), byUs })
    if (!network.hangs)
      return Promise.resolve(Response.json(ROOM, { headers: { [SERVER_US_HEADER]: String(SERVER_US) } }))
    network.most = Math.max(network.most, ++network.pending)
    return new Promise((_, reject) =>
      signal?.addEventListener('abort', () => {
        network.pending--
        reject(signal.reason)
      }),
    )
  })
  const room = new RoomDesk('main')
  onTestFinished(room.store.subscribe(() => {}))
  await vi.advanceTimersByTimeAsync(0)
  expect(room.store.snapshot().known).toBe(true)
  network.hangs = true
  return { room, network }
}

test('what was seen last does not count for long, and looks are not piled up', async () => {
  const { room, network } = await open()
  await vi.advanceTimersByTimeAsync(3900)
  expect(room.store.snapshot().known).toBe(true)
  await vi.advanceTimersByTimeAsync(200)
  expect(room.store.snapshot()).toMatchObject({ known: false, playing: true })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(network.most).toBe(1)
  network.hangs = false
  await vi.advanceTimersByTimeAsync(6000)
  expect(room.store.snapshot().known).toBe(true)
})

test('a wish that is not answered is given up, in words, and does not count any more when it arrives', async () => {
  const { room, network } = await open()
  vi.advanceTimersByTime(500)
  const wish = expect(room.transport({ action: 'pause', inMs: 500 })).rejects.toMatchObject({
    reason: 'unreachable',
    message: 'The server does not answer. Is it still running?',
  })
  expect(network.sent).toEqual([{ action: 'pause', inMs: 500, byUs: String(SERVER_US + 500e3 + 4e6) }])
  await vi.advanceTimersByTimeAsync(4000)
  await wish
})

test('an older look that is answered later, or not at all, tells nothing', async () => {
  const { room, network } = await open()
  const told: boolean[] = []
  onTestFinished(room.store.subscribe(() => told.push(room.store.snapshot().known)))
  await vi.advanceTimersByTimeAsync(1000)
  expect(network.pending).toBe(1)
  network.hangs = false
  await room.look()
  await vi.advanceTimersByTimeAsync(6000)
  expect(network.pending).toBe(0)
  expect(told).not.toContain(false)
})
