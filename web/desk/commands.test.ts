// @vitest-environment happy-dom
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import type { DeskError } from './ask.ts'
import { desk } from './commands.ts'
import { fakeCapture, fakeMix } from './fake-views.ts'

const asked: { url: string; method: string; body: unknown }[] = []
const keys = new Set<string | undefined>()
let answer: (signal: AbortSignal) => Promise<Response>
interface Sent {
  method: string
  body?: string
  headers: Record<string, string>
  signal: AbortSignal
}

beforeEach(() => {
  asked.length = 0
  keys.clear()
  vi.stubGlobal('fetch', (url: string, { method, body, headers, signal }: Sent) => {
    keys.add(headers['authorization'])
    asked.push({ url, method, body: body === undefined ? undefined : JSON.parse(body) })
    return answer(signal)
  })
  onTestFinished(() => void vi.unstubAllGlobals())
})

const answers = (body: unknown, status = 200) => {
  answer = async () => new Response(typeof body === 'string' ? body : JSON.stringify(body), { status })
}
const at = (address: string) => window.history.replaceState(null, '', address)

test('each command goes where the server expects it, with the key of the address beside it', async () => {
  at('/console?key=a-key%2B1')
  answers(fakeMix())
  const { strips } = fakeMix()
  expect(await desk.setStrips(strips)).toEqual(fakeMix())
  await desk.savePreset('Late / quiet')
  await desk.loadPreset('Late / quiet')
  await desk.deletePreset('Late / quiet')
  answers(fakeCapture())
  expect(await desk.controlCapture({ wanted: false })).toEqual(fakeCapture())
  await desk.lookForDevices()
  answers({ rung: 'auto' })
  await desk.setQuality(3, 'auto')
  answers({ id: '1', url: '/s/jam?invite=t' }, 201)
  expect(await desk.invite('listener')).toEqual({ id: '1', url: '/s/jam?invite=t' })
  const one = { id: 'a/b', role: 'mixer', session: 'main', expiresAt: '2026-11-22T14:03:00Z' }
  answers({ invites: [one] })
  await expect(desk.invites()).rejects.toMatchObject({ reason: 'bad-answer' })
  answers({
    invites: [
      { ...one, role: 'engineer' },
      { ...one, role: 'engineer', session: 'jam' },
    ],
  })
  expect(await desk.invites()).toEqual([{ ...one, role: 'engineer' }])
  answer = async () => new Response(null, { status: 204 })
  await desk.takeBack('a/b')
  expect([...keys]).toEqual(['Bearer a-key+1'])
  const preset = '/api/mix/presets/Late%20%2F%20quiet'
  expect(asked).toEqual([
    { url: '/api/mix', method: 'PUT', body: { strips } },
    { url: `${preset}`, method: 'PUT', body: undefined },
    { url: `${preset}/load`, method: 'POST', body: undefined },
    { url: `${preset}`, method: 'DELETE', body: undefined },
    { url: '/api/capture', method: 'PUT', body: { wanted: false } },
    { url: '/api/capture/devices', method: 'POST', body: undefined },
    { url: '/api/listeners/3/quality', method: 'PUT', body: { rung: 'auto' } },
    { url: '/api/invites', method: 'POST', body: { role: 'listener', session: 'main' } },
    { url: '/api/invites', method: 'GET', body: undefined },
    { url: '/api/invites', method: 'GET', body: undefined },
    { url: '/api/invites/a%2Fb', method: 'DELETE', body: undefined },
  ])
})

test('a refusal carries the words of the server', async () => {
  at('/console')
  answers({ error: 'Forbidden', reason: 'not-a-controller', message: 'This takes the key.' }, 403)
  const error = (await desk.lookForDevices().catch((e: unknown) => e)) as DeskError
  expect([error.name, error.reason, error.message]).toEqual([
    'DeskError',
    'not-a-controller',
    'This takes the key.',
  ])
  expect(asked[0]?.url).toBe('/api/capture/devices')
})

test('no server, a proxy in its place, and an answer that makes no sense are errors of the same kind', async () => {
  at('/console')
  answer = () => Promise.reject(new TypeError('failed to fetch'))
  await expect(desk.loadPreset('A')).rejects.toMatchObject({ name: 'DeskError', reason: 'unreachable' })
  answers('<h1>Bad gateway</h1>', 502)
  await expect(desk.loadPreset('A')).rejects.toMatchObject({ reason: 'unreachable' })
  answers({}, 500)
  await expect(desk.loadPreset('A')).rejects.toMatchObject({ reason: 'http-500' })
  answers({ strips: 'all' })
  await expect(desk.loadPreset('A')).rejects.toMatchObject({ reason: 'bad-answer' })
})

test('a network that hangs is not waited for, but a driver that does is', async () => {
  at('/console')
  const limits = new Map<number, AbortController>()
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const limit = new AbortController()
    limits.set(ms, limit)
    return limit.signal
  })
  onTestFinished(() => void vi.restoreAllMocks())
  answer = (signal) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  const [loaded, looked] = [desk.loadPreset('A'), desk.lookForDevices()]
  expect([...limits.keys()]).toEqual([4000, 12_000])
  for (const limit of limits.values()) limit.abort()
  await expect(loaded).rejects.toMatchObject({ name: 'DeskError', reason: 'unreachable' })
  await expect(looked).rejects.toMatchObject({ reason: 'unreachable' })
})
