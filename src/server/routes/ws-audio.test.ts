import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { CLOSE, MAX_CONTROL_BYTES, PROTOCOL_VERSION } from '../../shared/wire/control.ts'
import { emptyHeader, FLAG_GAP, HEADER_BYTES, readHeader } from '../../shared/wire/packet.ts'
import { TestListener, testApp } from '../fixtures/test-app.ts'
import { serverUs } from '../server-clock.ts'
import { MAX_BAD_MESSAGES } from './control-inbox.ts'

function headerOf(packet: Buffer) {
  const header = emptyHeader()
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength)
  expect(readHeader(view, 0, header)).toBe(packet.length)
  return header
}

describe('a listener', () => {
  test('is told the audio config before any audio, and hears packets that follow one another', async () => {
    const { port } = await testApp('steady')
    const listener = new TestListener(port)
    await listener.until(() => listener.packets.length >= 5)
    const firstPacket = listener.heard.findIndex((message) => Buffer.isBuffer(message))
    const [config] = listener.told('audio_config')
    expect(listener.heard.indexOf(config as never)).toBeLessThan(firstPacket)
    expect(config).toMatchObject({
      protocol: PROTOCOL_VERSION,
      serverVersion: '1.2.3',
      session: 'main',
      rung: 'pcm16',
      rungs: ['pcm16', 'opus-256', 'opus-128', 'opus-96', 'opus-64'],
      rateHz: 44_100,
      channels: 2,
      packetFrames: 128,
      source: { input: 'synth', name: 'fixture' },
    })
    const headers = listener.packets.map(headerOf)
    const [first] = headers
    for (const [i, header] of headers.entries()) {
      expect(header.streamId).toBe(config?.streamId)
      expect(header.position).toBe((first?.position ?? 0) + i * 128)
      expect(header.sequence).toBe((first?.sequence ?? 0) + i)
      expect(header.flags).toBe(0)
    }
  })

  test('that joins while the source plays hears the audio config first of all', async () => {
    const { port } = await testApp('steady')
    const early = new TestListener(port)
    await early.until(() => early.packets.length > 0)
    const late = new TestListener(port)
    await late.until(() => late.packets.length > 0)
    expect(late.heard.slice(0, 2)).toMatchObject([
      { type: 'audio_config' },
      { type: 'source_state', state: 'running', message: '' },
    ])
  })

  test('gets exactly the bytes of the wire, with the gap flagged', async () => {
    const { app, port } = await testApp('gap')
    const listener = new TestListener(port)
    await listener.until(() => listener.told('source_state').some(({ state }) => state === 'running'))
    app.capture.setGains(app.capture.gains)
    // The three of its start may come, too, or have been before this listener.
    const latest = () => listener.packets.slice(-3)
    await listener.until(() => {
      const [first] = latest().map(headerOf)
      return latest().length === 3 && first?.position === 0 && first.flags === FLAG_GAP
    })
    const headers = latest().map(headerOf)
    expect(headers.map(({ position }) => position)).toEqual([0, 128, 1280])
    expect(headers.map(({ flags }) => flags)).toEqual([FLAG_GAP, 0, FLAG_GAP])
    const second = latest()[1] as Buffer
    expect(second.subarray(0, 8).toString('hex')).toBe('0200010280000002')
    expect(second.readInt16LE(HEADER_BYTES)).toBe(256)
    expect(second.readInt16LE(HEADER_BYTES + 2)).toBe(257)
    expect(second.length).toBe(HEADER_BYTES + 512)
  })

  test('is told of a source that fell and of the new stream, before its first packet', async () => {
    const { app, port } = await testApp('steady')
    const listener = new TestListener(port)
    await listener.until(() => listener.packets.length > 0)
    process.kill(app.capture.pid as number, 'SIGKILL')
    await listener.until(() => listener.told('audio_config').length === 2)
    await listener.until(() => listener.told('source_state').at(-1)?.state === 'running')
    const [before, after] = listener.told('audio_config')
    expect(after?.streamId).toBe((before?.streamId ?? 0) + 1)
    const states = listener.told('source_state').map(({ state }) => state)
    expect(states.slice(states.indexOf('running'))).toEqual(['running', 'restarting', 'running'])
    expect(listener.told('source_state').at(-2)?.message).toMatch(/SIGKILL.*Trying again\.$/)
    await listener.until(() => headerOf(listener.packets.at(-1) as Buffer).streamId === after?.streamId)
    const firstOfNew = listener.heard.findIndex(
      (message) => Buffer.isBuffer(message) && headerOf(message).streamId === after?.streamId,
    )
    expect(listener.heard.indexOf(after as never)).toBeLessThan(firstOfNew)
    expect(headerOf(listener.heard[firstOfNew] as Buffer)).toMatchObject({
      sequence: 0,
      position: 0,
      flags: 0,
    })
  })

  test('that sends a clock probe gets both server times, in the order they happened', async () => {
    const { port } = await testApp('steady')
    const listener = new TestListener(port)
    await once(listener.socket, 'open')
    const beforeUs = serverUs()
    listener.socket.send(JSON.stringify({ type: 'time_sync_batch', samples: [{ id: 7, clientSentMs: 1.5 }] }))
    await listener.until(() => listener.told('time_sync_batch').length > 0)
    const [sample] = listener.told('time_sync_batch')[0]?.samples ?? []
    expect(sample).toMatchObject({ id: 7, clientSentMs: 1.5 })
    const times = [beforeUs, sample?.serverReceivedUs, sample?.serverSentUs, serverUs()] as number[]
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })
})

test('every control message says when it was sent, in nanoseconds since the process started', async () => {
  const { port } = await testApp('steady')
  const listener = new TestListener(port)
  await listener.until(() => listener.told('link_state').length > 1)
  listener.socket.send('hello')
  await listener.until(() => listener.told('error').length > 0)
  const controls = listener.heard.filter((message) => !Buffer.isBuffer(message)) as { hrtime?: string }[]
  const times = controls.map(({ hrtime = '' }) => BigInt(hrtime))
  expect(times.length).toBeGreaterThanOrEqual(5)
  for (const [i, time] of times.entries()) expect(time).toBeGreaterThan(times[i - 1] ?? 0n)
  expect(times.at(-1)).toBeLessThan(BigInt(Math.round(process.uptime() * 1e9) + 1e9))
})

describe('a bad message', () => {
  test.each([
    ['no JSON', 'not-json', 'hello'],
    ['of an unknown type', 'bad-message', '{"type":"dance"}'],
    ['without samples', 'bad-message', '{"type":"time_sync_batch","samples":[]}'],
    ['no object', 'bad-message', '[]'],
    ['too long', 'too-long', JSON.stringify({ type: 'x'.repeat(MAX_CONTROL_BYTES) })],
    ['binary', 'binary', Buffer.from([1, 2, 3])],
  ] as const)('%s is answered with "%s", counted, and survived', async (_what, reason, message) => {
    const { app, port } = await testApp('steady')
    const listener = new TestListener(port)
    await once(listener.socket, 'open')
    listener.socket.send(message)
    await listener.until(() => listener.told('error').length > 0)
    expect(listener.told('error')[0]).toMatchObject({ reason, message: expect.stringMatching(/./) })
    expect(app.session.counters.badMessages[reason]).toBe(1)
    const heard = listener.packets.length
    await listener.until(() => listener.packets.length > heard + 2)
  })

  test('far too long ends the connection, and nobody else’s', async () => {
    const { port } = await testApp('steady')
    const [bad, good] = [new TestListener(port), new TestListener(port)]
    await Promise.all([once(bad.socket, 'open'), once(good.socket, 'open')])
    const closed = bad.closed()
    bad.socket.send('x'.repeat(65_537))
    expect((await closed).code).toBe(1009)
    const heard = good.packets.length
    await good.until(() => good.packets.length > heard + 2)
  })

  test('is forgiven twenty times, and then the listener is closed', async () => {
    const { port } = await testApp('steady')
    const listener = new TestListener(port)
    await once(listener.socket, 'open')
    const closed = listener.closed()
    for (let i = 0; i <= MAX_BAD_MESSAGES; i++) listener.socket.send('?')
    expect((await closed).code).toBe(CLOSE.protocol)
    expect(listener.told('error')).toHaveLength(MAX_BAD_MESSAGES)
  })
})

test('a listener that does not read has little on its way to it, and goes on live, with a gap, when it does', async () => {
  const { app, port } = await testApp('steady')
  const [stuck, well] = [new TestListener(port), new TestListener(port)]
  await Promise.all([stuck.until(() => stuck.packets.length > 5), well.until(() => well.packets.length > 5)])
  stuck.socket.pause()
  const { counters } = app.session
  await well.until(() => counters.packetsSkipped.inFlight > 20)
  const [worst] = [...app.session.present].map(({ flow }) => flow.ms).toSorted((a, b) => b - a)
  expect(worst).toBeGreaterThan(250)
  expect(worst).toBeLessThanOrEqual(400)
  expect(counters.packetsSkipped.backlog).toBe(0)
  stuck.socket.resume()
  const gaps = () => stuck.packets.filter((packet) => headerOf(packet).flags === FLAG_GAP)
  await stuck.until(() => gaps().length > 0)
  expect(gaps()).toHaveLength(1)
  const positions = well.packets.map((packet) => headerOf(packet).position)
  expect(positions).toEqual(positions.map((_, i) => (positions[0] as number) + i * 128))
})

test('a listener for whom there is no place is told so, and gets it when another leaves', async () => {
  const { app, port } = await testApp('steady', { args: ['--max-listeners=1'] })
  const first = new TestListener(port)
  await once(first.socket, 'open')
  const second = new TestListener(port)
  expect(await second.closed()).toEqual({
    code: CLOSE.full,
    reason: 'All places are taken. Try again later.',
  })
  expect(app.session.counters.refused).toBe(1)
  const left = [...app.websocketServer.clients].map((socket) => once(socket, 'close'))
  first.socket.close()
  await Promise.all(left)
  const third = new TestListener(port)
  await third.until(() => third.packets.length > 0)
})

test.each([
  ['http://evil.example', 403],
  ['null', 403],
])('a page of %s is refused with %i', async (origin, status) => {
  const { port } = await testApp('steady')
  const { socket } = new TestListener(port, { origin })
  const [error] = await once(socket, 'error')
  expect(error.message).toContain(String(status))
})

test('the server’s own page and the development page on this machine may listen', async () => {
  const { port } = await testApp('steady')
  for (const origin of [`http://127.0.0.1:${port}`, 'http://localhost:5173'])
    await once(new TestListener(port, { origin }).socket, 'open')
})
