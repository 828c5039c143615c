import { once } from 'node:events'
import { Compile } from 'typebox/compile'
import { describe, expect, test } from 'vitest'
import { CODEC } from '../../shared/wire/packet.ts'
import { TestListener, testApp } from '../fixtures/test-app.ts'
import { ListenerView } from './listeners.ts'

const CODEC_AT = 2
const codecs = (listener: TestListener) => listener.packets.map((packet) => packet[CODEC_AT])

async function all(url: string): Promise<ListenerView[]> {
  const reply = await fetch(`${url}/api/listeners`)
  expect(reply.headers.get('cache-control')).toBe('no-store')
  return (await reply.json()).listeners
}

const put = (url: string, id: unknown, body: unknown, headers = {}) =>
  fetch(`${url}/api/listeners/${id}/quality`, {
    method: 'PUT',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  })

test('everybody who listens is there, with what is known of them', async () => {
  const { url, port } = await testApp('steady')
  expect(await all(url)).toEqual([])
  const listener = new TestListener(port)
  let view: ListenerView | undefined
  // Asked again with each message, however long the first packets take.
  while ((view?.receipt?.packets ?? 0) <= 10 || listener.told('link_state').length < 2) {
    await once(listener.socket, 'message')
    view = (await all(url))[0]
  }
  expect(Compile(ListenerView).Errors(view)).toEqual([])
  expect(view).toMatchObject({
    id: 1,
    rung: 'pcm16',
    wish: 'auto',
    reason: '',
    switches: 0,
    batch: 1,
    skipping: false,
  })
  expect(view?.packetsSent).toBeGreaterThan(10)
})

describe('the quality of a listener', () => {
  test('is pinned through the API, with a real encoder, and heard of', async () => {
    const { url, port } = await testApp('steady')
    const listener = new TestListener(port)
    listener.receipt.opus = true
    await listener.until(() => listener.packets.length > 5)
    const [view] = await all(url)
    const reply = await put(url, view?.id, { rung: 'opus-128' })
    expect([reply.status, await reply.json()]).toEqual([200, { rung: 'opus-128' }])
    await listener.until(() => codecs(listener).at(-1) === CODEC.opus)
    const configAt = listener.heard.findIndex(
      (message) =>
        !Buffer.isBuffer(message) && message.type === 'audio_config' && message.rung === 'opus-128',
    )
    const opusAt = listener.heard.findIndex(
      (message) => Buffer.isBuffer(message) && message[CODEC_AT] === CODEC.opus,
    )
    expect(configAt).toBeGreaterThan(0)
    expect(configAt).toBeLessThan(opusAt)
    await listener.until(() => listener.told('link_state').at(-1)?.rung === 'opus-128')
    expect((await all(url))[0]).toMatchObject({
      rung: 'opus-128',
      wish: 'opus-128',
      reason: 'asked for',
      switches: 1,
    })
    const health = await (await fetch(`${url}/health`)).json()
    expect(health.streaming.rungs).toContainEqual(expect.objectContaining({ name: 'opus-128', listeners: 1 }))
    expect(health.streaming.opus.packetsEncoded).toBeGreaterThan(0)
  })

  test('is pinned by the listener itself', async () => {
    const { port } = await testApp('steady')
    const listener = new TestListener(port)
    listener.receipt.opus = true
    await once(listener.socket, 'open')
    listener.socket.send(JSON.stringify({ type: 'set_quality', rung: 'opus-64' }))
    await listener.until(() => codecs(listener).includes(CODEC.opus))
    expect(listener.told('audio_config').at(-1)?.rung).toBe('opus-64')
  })

  test.each([
    ['?rung=opus-96', 'opus-96', 'opus-96'],
    ['?start=opus-96', 'auto', 'opus-96'],
    ['?rung=auto&start=opus-64', 'auto', 'opus-64'],
    ['?rung=pcm-f32', 'pcm-f32', 'pcm16'],
  ])('asked for with %s is what it begins with', async (query, wish, rung) => {
    const { port, url } = await testApp('steady')
    const codec = rung === 'pcm16' ? CODEC.pcm16 : CODEC.opus
    const come = async (query: string) => {
      const listener = new TestListener(port, { query })
      await listener.until(() => listener.packets.length > 0)
      return listener
    }
    // An encoder that is slow to start is not waited for, and who came for it gets PCM: it has to be there.
    while (codecs(await come(`?rung=${rung}`))[0] !== codec);
    const listener = await come(query)
    expect(listener.told('audio_config')[0]?.rung).toBe(rung)
    expect(codecs(listener)[0]).toBe(codec)
    expect((await all(url)).at(-1)).toMatchObject({ wish, rung })
  })

  test.each(['?kbps=', '?kbps=-3', '?kbps=1.5', '?kbps=many', '?kbps=1&kbps=2', '?kbps=10000000000'])(
    '"%s" is no rate: 400',
    async (query) => {
      const { app } = await testApp('steady')
      const answer = await app.inject({ url: `/ws/audio${query}`, headers: { upgrade: 'websocket' } })
      expect(answer.statusCode).toBe(400)
      expect(answer.json()).toMatchObject({ reason: 'bad-kbps' })
    },
  )

  test.each(['?rung=loud', '?start=auto', '?rung=', '?rung=pcm16&rung=pcm16'])(
    '%s is refused',
    async (query) => {
      const { port, url } = await testApp('steady')
      const [error] = await once(new TestListener(port, { query }).socket, 'error')
      expect(error.message).toContain('400')
      const reply = await fetch(`${url}/ws/audio${query}`)
      expect(reply.status).toBe(400)
      expect(await reply.json()).toMatchObject({
        reason: 'bad-rung',
        message: expect.stringContaining('opus-64'),
      })
    },
  )

  test.each([
    ['of nobody', 99, { rung: 'auto' }, 404, 'no-such-listener'],
    ['of no number', 'x', { rung: 'auto' }, 404, 'no-such-listener'],
    ['of an unknown name', 1, { rung: 'loud' }, 400, 'bad-request'],
    ['with more to it', 1, { rung: 'auto', loud: true }, 400, 'bad-request'],
  ])('%s is not changed', async (_what, id, body, status, reason) => {
    const { url } = await testApp('steady')
    const reply = await put(url, id, body)
    expect(reply.status).toBe(status)
    expect(await reply.json()).toMatchObject({ reason })
  })

  test('is not for other sites to change', async () => {
    const { url } = await testApp('steady')
    const reply = await put(url, 1, { rung: 'auto' }, { origin: 'http://evil.example' })
    expect(reply.status).toBe(403)
  })
})
