// Sixty thousand messages no page would send, over real sockets to a real server: each is counted with its
// reason and answered, nobody else hears of it, nothing grows (a million more, without sockets: to-inbox.test.ts). A failure names its seed: fast-check prints it.
import { once } from 'node:events'
import { connect } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { Random } from '../../bench/sim/random.ts'
import { TestListener, testApp } from '../../src/server/fixtures/test-app.ts'
import { MAX_BAD_MESSAGES } from '../../src/server/routes/control-inbox.ts'
import { CLOSE } from '../../src/shared/wire/control.ts'
import { badMessage, type Counts, faultOf, oddReceipt, total, zero } from './client-messages.ts'
import { heldBytes } from './heap.ts'
import { CLIENT_MESSAGES, mutateBytes, mutateText, PACKETS, pick } from './mutate.ts'

const RUNS = 20
const CONNECTIONS_PER_RUN = 10
const MESSAGES_PER_CONNECTION = 300

/** Messages with at most as many bad ones among them as are forgiven. */
function someMessages(random: Random, expected: Counts): (string | ArrayBuffer)[] {
  const out: (string | ArrayBuffer)[] = []
  let bad = 0
  while (out.length < MESSAGES_PER_CONNECTION) {
    const message = oneMessage(random, bad < MAX_BAD_MESSAGES)
    const fault = faultOf(message)
    if (fault !== undefined) {
      if (bad === MAX_BAD_MESSAGES) continue
      bad++
      expected[fault]++
    }
    out.push(message)
  }
  return out
}

function oneMessage(random: Random, mayBeBad: boolean): string | ArrayBuffer {
  if (mayBeBad && random.next() < 0.05) return badMessage(random)
  return random.next() < 0.3 ? oddReceipt(random) : pick(random, CLIENT_MESSAGES)
}

test('messages of any kind, on connections that come and go', async () => {
  // So quickly nobody may speak: how often is tried elsewhere.
  const { app, port } = await testApp('steady', { args: ['--max-messages=10000'] })
  const witness = new TestListener(port)
  await witness.until(() => witness.packets.length > 0)
  const expected = zero()
  const held: number[] = []
  let sent = 0

  /** One connection's worth; resolves when the server has answered the last of it. */
  async function connection(random: Random): Promise<void> {
    const before = total(expected)
    const messages = someMessages(random, expected)
    const bad = total(expected) - before
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/audio`)
    let errors = 0
    const closed = once(socket, 'close')
    const answered = new Promise<void>((resolve, reject) => {
      socket.once('close', (code) => reject(new Error(`closed with ${code}`)))
      socket.on('message', (data, isBinary) => {
        if (isBinary) return
        const message = JSON.parse(String(data)) as { type: string; samples?: { id: number }[] }
        if (message.type === 'error') errors++
        if (message.samples?.[0]?.id === 424_242) resolve()
      })
    })
    answered.catch(() => {}) // looked at below, once everything has been sent
    await once(socket, 'open')
    for (const message of messages) socket.send(message, { binary: typeof message !== 'string' })
    socket.send(JSON.stringify({ type: 'time_sync_batch', samples: [{ id: 424_242, clientSentMs: 0 }] }))
    await answered
    expect(errors).toBe(bad)
    sent += messages.length
    // What such receipts have made of this listener is still numbers.
    const told = await fetch(`http://127.0.0.1:${port}/api/listeners`)
    expect(told.status).toBe(200)
    expect(await told.text()).not.toContain('null')
    socket.terminate()
    await closed
  }

  await fc.assert(
    fc.asyncProperty(fc.noShrink(fc.nat()), async (seed) => {
      const random = new Random(seed)
      const heard = witness.packets.length
      for (let i = 0; i < CONNECTIONS_PER_RUN; i += 2)
        await Promise.all([connection(random), connection(random)])
      expect(app.session.counters.badMessages).toMatchObject(expected)
      expect(total(app.session.counters.badMessages as Counts)).toBe(total(expected))
      await witness.until(() => witness.packets.length > heard)
      witness.heard.length = 0
      held.push(heldBytes())
    }),
    { numRuns: RUNS },
  )
  expect(sent).toBe(RUNS * CONNECTIONS_PER_RUN * MESSAGES_PER_CONNECTION)
  // Nobody here may wish anything, so nobody wishes what can not be had.
  const { 'bad-transport': impossible, ...others } = expected
  expect(impossible).toBe(0)
  for (const count of Object.values(others)) expect(count).toBeGreaterThan(0)
  // Every one that came has gone; the witness stays.
  while (app.session.listeners > 1) await once(witness.socket, 'message')
  const half = held.length >> 1
  expect(Math.min(...held.slice(half))).toBeLessThan(Math.max(...held.slice(0, half)) + 4e6)
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200)
}, 120_000)

test('bytes that are no frames at all end their own connection and nobody else’s', async () => {
  const { app, port } = await testApp('steady')
  const witness = new TestListener(port)
  await witness.until(() => witness.packets.length > 0)
  await fc.assert(
    fc.asyncProperty(fc.noShrink(fc.nat()), async (seed) => {
      const random = new Random(seed)
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {}) // reset is one of the ways to end it
      socket.write(
        'GET /ws/audio HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      )
      await once(socket, 'data')
      const closed = once(socket, 'close')
      socket.resume()
      // A reserved bit or no mask: no server may take it, whatever comes behind it.
      const first = random.next() < 0.5 ? 0xf1 : 0x81
      const bytes = new Uint8Array(mutateBytes(random, pick(random, PACKETS), pick(random, PACKETS)))
      socket.end(Buffer.from([first, random.next() * 126, ...bytes.subarray(0, 2000)]))
      await closed
    }),
    { numRuns: 300 },
  )
  while (app.session.listeners > 1) await once(witness.socket, 'message')
  const heard = witness.packets.length
  await witness.until(() => witness.packets.length > heard)
}, 120_000)

test('a listener beyond what is forgiven is closed, whatever it goes on to send', async () => {
  const { app, port } = await testApp('steady')
  await fc.assert(
    fc.asyncProperty(fc.noShrink(fc.nat()), async (seed) => {
      const random = new Random(seed)
      const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/audio`)
      await once(socket, 'open')
      const closed = once(socket, 'close')
      let errors = 0
      socket.on('message', (data, isBinary) => {
        if (!isBinary && JSON.parse(String(data)).type === 'error') errors++
      })
      for (let bad = 0; bad <= 5 * MAX_BAD_MESSAGES; ) {
        const message = mutateText(random, pick(random, CLIENT_MESSAGES), pick(random, CLIENT_MESSAGES))
        if (faultOf(message) === undefined) continue
        socket.send(message)
        bad++
      }
      const [code] = await closed
      expect(code).toBe(CLOSE.protocol)
      expect(errors).toBe(MAX_BAD_MESSAGES)
    }),
    { numRuns: 50 },
  )
  expect(total(app.session.counters.badMessages as Counts)).toBeGreaterThan(50 * MAX_BAD_MESSAGES)
}, 60_000)
