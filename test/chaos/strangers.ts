// Strangers at the door: a thousand who hang up, slow ones, garbage on every port and route, and two hundred who come back at once.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { Random } from '../../bench/sim/random.ts'
import { bodies, frames, openings, randomBytes } from './garbage.ts'
import { ChaosListener } from './listener.ts'
import { nowUs } from './now.ts'
import { playOf } from './play.ts'
import { crowd, frame, openRaw, openUpgraded, untilClosed, upgradeHead } from './raw.ts'
import { type Cause, Scene } from './scene.ts'

/** So that who is slow is found out while it is young. */
export const SHORT = { HANDSHAKE_TIMEOUT_MS: '4000', REQUEST_TIMEOUT_MS: '4000' }
const CROWD = { MAX_LISTENERS: '500', MAX_ADDRESS_LISTENERS: '500' }

/** Whoever listens keeps the connection and the stream. */
export const unheard =
  (come: (scene: Scene) => Promise<void>): Cause =>
  async (scene) => {
    const connections = () =>
      scene.listeners.map(({ streamIds, knocksUs }) => [streamIds.length, knocksUs.length])
    const beforehand = connections()
    await come(scene)
    const times = await scene.soundAgain()
    assert.deepEqual(connections(), beforehand)
    return times
  }

const HERD = 200
/** In 100 ms; without a spread it is all of them. A machine that stands still makes some of them one. */
const NOT_ALL = 0.75

/** They come back, not all at once. The cause has ended when another server plays. */
const herd =
  (signal: NodeJS.Signals): Cause =>
  async (scene) => {
    const { port } = scene.server
    const all = Array.from({ length: HERD }, () => {
      return new ChaosListener({ port, rung: 'opus-64', oneOfMany: true })
    })
    try {
      await Promise.all(all.map((listener) => listener.start()))
      await Promise.all(all.map((listener) => listener.soundAfter(0)))
      await scene.replace(signal)
      const playsUs = nowUs()
      const times = await Promise.all([
        scene.soundAfter(playsUs),
        ...all.map((listener) => listener.soundAfter(playsUs)),
      ])
      const most = mostWithin(
        100_000,
        all.map(({ knocksUs }) => knocksUs.at(-1) as number),
      )
      assert.ok(most < HERD * NOT_ALL, `${most} of ${HERD} came within 100 ms`)
      return times.flat()
    } finally {
      for (const listener of all) listener.stop()
    }
  }

const CAUSES: Record<string, Cause> = {
  'a thousand come and hang up, in every phase of an upgrade': unheard(async ({ server: { port } }) => {
    const head = upgradeHead('/ws/audio', port)
    const ways: (() => Promise<Socket>)[] = [
      () => openRaw(port),
      async () => {
        const socket = await openRaw(port)
        socket.write(head.slice(0, 100))
        return socket.resetAndDestroy()
      },
      async () => {
        const socket = await openRaw(port)
        socket.write(head)
        return socket.resetAndDestroy()
      },
      async () => (await openUpgraded('/ws/audio', port)).resetAndDestroy(),
      async () => {
        const socket = await openUpgraded('/ws/audio', port)
        return socket.end(frame(0x88, Buffer.from([3, 232])))
      },
    ]
    await crowd(1000, 50, async (i) => {
      const socket = await (ways[i % ways.length] as () => Promise<Socket>)()
      socket.end()
      await untilClosed(socket)
    })
  }),

  'who is slow is hung up on, and nobody waits for them': unheard(async (scene) => {
    const { server } = scene
    const { port } = server
    const slow: Socket[] = []
    const body =
      'PUT /api/mix HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n'
    // Heads that never end, bodies that never end, and WebSockets that stop in the middle of a frame or do not read.
    await crowd(200, 50, async () => void slow.push(await openRaw(port)))
    await crowd(50, 50, async () => {
      const socket = await openRaw(port)
      socket.write(body)
      slow.push(socket)
    })
    await crowd(20, 20, async () => {
      const socket = await openUpgraded('/ws/audio?rung=pcm16', port)
      socket.write(frame(0x81, Buffer.from('{"ty'), 100))
      slow.push(socket)
    })
    const head = Buffer.from(`GET /health HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(5000)}`)
    let at = 0
    const timer = setInterval(() => {
      for (const socket of slow.slice(0, 200)) if (socket.writable) socket.write(head.subarray(at, at + 1))
      at++
    }, 100)
    try {
      const closed = Promise.all(slow.map(untilClosed))
      const unread = await openUpgraded('/ws/audio', port)
      unread.pause()
      assert.equal((await server.health()).source.state, 'running')
      await scene.soundAgain()
      await closed
      unread.destroy()
    } finally {
      clearInterval(timer)
    }
  }),

  'garbage on the port ends its own connection': unheard(({ server: { port } }) =>
    garbageOnPort(openRaw, port, 7, 200, 20),
  ),

  'garbage on a WebSocket ends its own connection': unheard(({ server: { port } }) =>
    garbageOnSockets((path) => openUpgraded(path, port)),
  ),

  'garbage on every route is refused in words, and none of it is our own failure': unheard(
    async ({ server }) => {
      const random = new Random(9)
      const { paths } = JSON.parse((await server.ask('GET', '/api/docs/json')).body) as { paths: object }
      const pages = ['/', '/health', '/time', '/metrics', '/ws/audio', '/ws/console', '/nowhere']
      const routes = [...Object.keys(paths), ...pages]
      const asked = routes.flatMap((route) =>
        ['POST', 'PUT', 'DELETE', 'PATCH'].flatMap((method) =>
          bodies(random).map((body) => ({ method, path: route.replaceAll(/\{\w+\}/g, '%00x'), body })),
        ),
      )
      assert.ok(routes.length > 15, 'there are too few routes')
      await crowd(asked.length, 10, async (i) => {
        const { method, path, body } = asked[i] as (typeof asked)[number]
        const { status, said } = await send(server.port, method, path, body)
        const told = `${method} ${path} ${status} ${reasonIn(said)}`
        // Some take no body, and do not look at one. On a machine that stands still somebody may seem slow.
        assert.match(told, / (2\d\d .*|408 .*|(4\d\d|503|507) [a-z0-9-]+)$/)
        assert.doesNotMatch(told, / internal$/)
      })
    },
  ),

  'two hundred come back to a server that was killed': herd('SIGKILL'),
  'two hundred come back to a server that was told to end': herd('SIGTERM'),
}

/** Of a server that takes many and waits little. Who listens is on a rung of the herd's, so that its encoder is there before and after. */
export const STRANGERS = playOf(() => Scene.open({ env: { ...SHORT, ...CROWD }, rungs: ['opus-64'] }), CAUSES)

/** Beginnings of something else and `pieces` of random bytes, each on a connection of its own, so many at once. */
export async function garbageOnPort(
  open: (port: number) => Promise<Socket>,
  port: number,
  seed: number,
  pieces: number,
  atOnce: number,
): Promise<void> {
  const random = new Random(seed)
  const sent = [...openings(port), ...Array.from({ length: pieces }, () => randomBytes(random, 3000))]
  await crowd(sent.length, atOnce, async (i) => {
    const socket = await open(port)
    socket.end(sent[i] as string | Buffer)
    await untilClosed(socket)
  })
}

/** Half frames, and such as break the rules, each on a WebSocket of its own. */
export async function garbageOnSockets(open: (path: string) => Promise<Socket>): Promise<void> {
  const random = new Random(8)
  const sent = ['/ws/audio?rung=pcm16', '/ws/console'].flatMap((path) =>
    frames(random).map((bytes) => ({ path, bytes })),
  )
  await crowd(sent.length, 10, async (i) => {
    const { path, bytes } = sent[i] as { path: string; bytes: Buffer }
    const socket = await open(path)
    socket.end(bytes)
    await untilClosed(socket)
  })
}

function reasonIn(said: string): string {
  try {
    return String(JSON.parse(said).reason)
  } catch {
    return '?' // a page
  }
}

async function send(
  port: number,
  method: string,
  path: string,
  body: Buffer,
): Promise<{ status: number; said: string }> {
  const headers = { 'content-type': 'application/json', 'content-length': body.length }
  const asking = request({ host: '127.0.0.1', port, method, path, agent: false, headers })
  asking.on('error', () => {}) // who sends too much is hung up on once it has been told
  asking.end(body)
  const [answer] = (await once(asking, 'response')) as [IncomingMessage]
  return { status: answer.statusCode ?? 0, said: await text(answer) }
}

/** The most of these that lie within so long. */
function mostWithin(spanUs: number, timesUs: readonly number[]): number {
  const sorted = [...timesUs].sort((a, b) => a - b)
  let from = 0
  return Math.max(
    0,
    ...sorted.map((atUs, i) => {
      while (atUs - (sorted[from] as number) > spanUs) from++
      return i - from + 1
    }),
  )
}
