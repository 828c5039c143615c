// @vitest-environment happy-dom
// Servers, networks and sleeping computers, in virtual time: what is asked for is done in time or not at all.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { BY_US_HEADER, SERVER_US_HEADER } from '../../src/shared/wire/time-limit.ts'
import { isRecord } from '../network/checks.ts'

/** A server as src/server/plugins/time-limit.ts has it, behind a way that takes `wayMs`. */
const far = { aheadMs: 0, wayMs: 0, done: [] as unknown[], asked: 0 }
const serverUs = () => (performance.now() + far.aheadMs) * 1000

async function answer(_url: string, { method, body, headers }: RequestInit): Promise<Response> {
  far.asked++
  const { [BY_US_HEADER]: byUs } = headers as Record<string, string>
  if (far.wayMs > 0) await new Promise((done) => setTimeout(done, far.wayMs))
  const told = () => ({ headers: { [SERVER_US_HEADER]: String(serverUs()) } })
  if (byUs !== undefined && serverUs() > Number(byUs))
    return Response.json({ reason: 'too-old', message: 'It came later.' }, { ...told(), status: 409 })
  if (method !== 'GET') far.done.push(JSON.parse(String(body)))
  return Response.json({}, told())
}

let ask: typeof import('./ask.ts').ask
beforeEach(async () => {
  vi.useFakeTimers()
  Object.assign(far, { aheadMs: 1e6, wayMs: 0, done: [], asked: 0 })
  vi.stubGlobal('fetch', (url: string, init: RequestInit) =>
    Promise.race([
      answer(url, init),
      new Promise((_, no) => init.signal?.addEventListener('abort', () => no(init.signal?.reason))),
    ]),
  )
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const limit = new AbortController()
    setTimeout(() => limit.abort(new DOMException('late', 'TimeoutError')), ms)
    return limit.signal
  })
  vi.resetModules()
  ;({ ask } = await import('./ask.ts'))
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

test('what a network that hung brings after the page has given it up is not done', async () => {
  await ask('GET', '/api/mix', isRecord)
  far.wayMs = 7000
  const lost = expect(ask('PUT', '/api/mix', isRecord, { gain: -40 })).rejects.toMatchObject({
    reason: 'unreachable',
  })
  await vi.advanceTimersByTimeAsync(4000)
  await lost
  far.wayMs = 0
  const done = ask('PUT', '/api/mix', isRecord, { gain: -3 })
  await vi.advanceTimersByTimeAsync(10_000)
  await done
  expect(far.done).toEqual([{ gain: -3 }])
})

test('a way that is long, but not too long, is no lateness', async () => {
  far.wayMs = 1500
  const known = ask('GET', '/api/mix', isRecord)
  await vi.advanceTimersByTimeAsync(1500)
  await known
  const set = ask('PUT', '/api/mix', isRecord, { gain: -3 })
  await vi.advanceTimersByTimeAsync(1500)
  await set
  expect([far.done, far.asked]).toEqual([[{ gain: -3 }], 2])
})

test('a computer that slept, whose clock stood still, is told how late it is and asks again', async () => {
  await ask('GET', '/api/mix', isRecord)
  far.aheadMs += 60_000
  await ask('POST', '/api/sessions/main/transport', isRecord, { action: 'pause' })
  expect([far.done, far.asked]).toEqual([[{ action: 'pause' }], 3])
})

test('what was under way while it slept is not asked for again', async () => {
  await ask('GET', '/api/mix', isRecord)
  far.wayMs = 1000
  const refused = expect(ask('PUT', '/api/mix', isRecord, { gain: -40 })).rejects.toMatchObject({
    reason: 'too-old',
  })
  far.aheadMs += 60_000
  vi.setSystemTime(Date.now() + 60_000)
  await vi.advanceTimersByTimeAsync(1000)
  await refused
  expect(far.done).toEqual([])
})
