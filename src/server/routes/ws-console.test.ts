import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import type { ConsoleMessage } from '../../shared/wire/console-messages.ts'
import { CLOSE } from '../../shared/wire/control.ts'
import { MOST_CONSOLES } from '../console/console-feed.ts'
import { TestListener, testApp } from '../fixtures/test-app.ts'

const KEY = 'a-key-of-eight'
const FAR = { headers: { 'x-forwarded-for': '192.0.2.7' } }

class TestConsole {
  readonly socket: WebSocket
  readonly heard: ConsoleMessage[] = []
  constructor(port: number, query = '', options: { origin?: string; headers?: Record<string, string> } = {}) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/ws/console${query}`, options)
    this.socket.on('message', (data) => this.heard.push(JSON.parse(String(data))))
    onTestFinished(() => this.socket.terminate())
  }

  last<T extends ConsoleMessage['type']>(type: T): Extract<ConsoleMessage, { type: T }> | undefined {
    return this.heard.findLast((one): one is Extract<ConsoleMessage, { type: T }> => one.type === type)
  }

  async until(satisfied: () => boolean): Promise<void> {
    while (!satisfied()) await once(this.socket, 'message')
  }

  async closed(): Promise<[number, string]> {
    const [code, reason] = await once(this.socket, 'close')
    return [code, String(reason)]
  }
}

test('a session whose console is open is visited', async () => {
  const { app, port } = await testApp('steady')
  const entry = app.sessions.create('room')
  entry.visitedMs = Number.NEGATIVE_INFINITY
  const desk = new TestConsole(port, `?session=${entry.session.id}`)
  await desk.until(() => desk.heard.length >= 3)
  await expect.poll(() => entry.visitedMs).toBeGreaterThan(0)
})

test('a console hears of the source, its levels, the mix, and who listens', async () => {
  const { port, url } = await testApp('steady')
  const desk = new TestConsole(port)
  await desk.until(() => desk.heard.length >= 3)
  expect(desk.heard.slice(0, 3).map(({ type }) => type)).toEqual(['capture', 'mix', 'listeners'])
  await desk.until(() => desk.last('capture')?.capture.state === 'running')
  await desk.until(() => desk.last('levels') !== undefined)
  expect(desk.last('levels')).toMatchObject({
    peak: [1, 0.5, 0, 0, 0, 0, 0, 0],
    rms: [0.5, 0.25].concat(Array(6).fill(0)),
  })

  const listener = new TestListener(port, { query: '?mode=together' })
  await listener.until(() => listener.packets.length > 0)
  await desk.until(() => desk.last('listeners')?.listeners.length === 1)
  expect(desk.last('listeners')?.listeners[0]).toMatchObject({
    id: 1,
    session: 'main',
    role: 'listener',
    mode: 'together',
    rung: 'pcm16',
    wish: 'auto',
  })
  listener.socket.close()
  await desk.until(() => desk.last('listeners')?.listeners.length === 0)

  const strips = Array.from({ length: 8 }, () => ({ gainDb: -12, pan: 0, mute: false, solo: false }))
  await fetch(`${url}/api/mix`, {
    method: 'PUT',
    body: JSON.stringify({ strips }),
    headers: { 'content-type': 'application/json' },
  })
  await desk.until(() => desk.last('mix')?.mix.strips[0]?.gainDb === -12)
})

test('a stop is told to the console that did not press it', async () => {
  const { app, port } = await testApp('steady')
  const desk = new TestConsole(port)
  await desk.until(() => desk.last('capture')?.capture.state === 'running')
  await app.capture.control({ wanted: false })
  await desk.until(() => desk.last('capture')?.capture.child === null)
  expect(desk.last('capture')?.capture).toMatchObject({ state: 'stopped', wanted: false })
})

test('from another computer it takes the key; that of a session shows its listeners only, and nothing of main’s mix', async () => {
  const { app, port } = await testApp('steady', { args: [`--controller-key=${KEY}`] })
  const { session, key } = app.sessions.create('Band')
  const [error] = await once(new TestConsole(port, '', FAR).socket, 'error')
  expect(String(error)).toContain('401')
  const here = new TestListener(port)
  const there = new TestListener(port, { query: `?session=${session.id}` })
  await Promise.all([here, there].map((one) => one.until(() => one.packets.length > 0)))
  const all = new TestConsole(port, `?session=${session.id}&key=${KEY}`, FAR)
  const own = new TestConsole(port, `?session=${session.id}&key=${key}`, FAR)
  const seen = (desk: TestConsole) =>
    desk
      .last('listeners')
      ?.listeners.map((one) => one.session)
      .sort()
  await Promise.all([all, own].map((desk) => desk.until(() => seen(desk) !== undefined)))
  expect(seen(all)).toEqual(['main', session.id].sort())
  expect(seen(own)).toEqual([session.id])
  app.mixDesk.setGains([Array(8).fill(0.5), Array(8).fill(0.5)])
  await all.until(() => all.last('mix')?.mix.gains[0]?.[1] === 0.5)
  // Told to all alike, once a second, and after the mix.
  const before = own.heard.length
  await own.until(() => own.heard.slice(before).some(({ type }) => type === 'listeners'))
  expect(new Set(own.heard.map(({ type }) => type))).toEqual(new Set(['capture', 'levels', 'listeners']))
})

test('consoles of another session take no place from those of main', async () => {
  const { app, port } = await testApp('steady')
  const { session, key } = app.sessions.create('Band')
  const query = `?session=${session.id}&key=${key}`
  const theirs = Array.from({ length: MOST_CONSOLES }, () => new TestConsole(port, query, FAR))
  await Promise.all(theirs.map((desk) => desk.until(() => desk.heard.length > 0)))
  expect((await new TestConsole(port, query, FAR).closed())[0]).toBe(CLOSE.full)
  const own = new TestConsole(port)
  await own.until(() => own.last('mix') !== undefined)
})

test('other sites, a session there is none of, and one console too many are refused', async () => {
  const { app, port } = await testApp('steady')
  const evil = new TestConsole(port, '', { origin: 'http://evil.example' })
  const [error] = await once(evil.socket, 'error')
  expect(String(error)).toContain('403')
  expect((await new TestConsole(port, '?session=nobody').closed())[0]).toBe(CLOSE.gone)
  const desks = Array.from({ length: MOST_CONSOLES }, () => new TestConsole(port))
  await Promise.all(desks.map((desk) => desk.until(() => desk.heard.length > 0)))
  expect((await new TestConsole(port).closed())[0]).toBe(CLOSE.full)
  expect(app.consoles.counters.refused).toBe(1)
})

test.each([
  ['a word', 'hello', CLOSE.protocol],
  ['bytes', Buffer.alloc(64), CLOSE.protocol],
  ['more than anybody may say', 'x'.repeat(70_000), 1009],
])('a console that says %s is closed, and forgotten', async (_what, data, code) => {
  const { app, port } = await testApp('steady')
  const desk = new TestConsole(port)
  await desk.until(() => desk.heard.length > 0)
  desk.socket.send(data)
  expect((await desk.closed())[0]).toBe(code)
  await expect.poll(() => app.consoles.size).toBe(0)
})

test('when the server closes, consoles are told to come back', async () => {
  const { app, port } = await testApp('steady')
  const desk = new TestConsole(port)
  await desk.until(() => desk.heard.length > 0)
  const closed = desk.closed()
  await app.close()
  expect((await closed)[0]).toBe(CLOSE.restarting)
})
