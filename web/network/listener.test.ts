import { expect, test, vi } from 'vitest'
import { ControlBlock, createControlBlock } from '../../src/shared/ring/control-block.ts'
import { createSampleRing, SampleRing } from '../../src/shared/ring/sample-ring.ts'
import { CLOSE } from '../../src/shared/wire/control.ts'
import { FLAG_GAP, FLAG_WARM_UP, HEADER_BYTES, writeHeader } from '../../src/shared/wire/packet.ts'
import { fakeConfig } from './fake-config.ts'
import { FakeSocket } from './fake-socket.ts'
import { Listener } from './listener.ts'
import type { FromWorker } from './messages.ts'

const FRAMES = 128
const BYTES = HEADER_BYTES + FRAMES * 4
const RATE = 44_100
const CONFIG = fakeConfig(FRAMES)

/** Packets number `from` … of a stream, back to back, full of the value `1 + number`. */
function packets(from: number, count = 1, streamId = 7, flags = 0): ArrayBuffer {
  const message = new ArrayBuffer(BYTES * count)
  const view = new DataView(message)
  for (let i = 0; i < count; i++) {
    const number = from + i
    const position = number * FRAMES
    const captureUs = (position / RATE) * 1e6
    writeHeader(view, i * BYTES, {
      flags,
      codec: 1,
      channels: 2,
      frames: FRAMES,
      payloadBytes: FRAMES * 4,
      streamId,
      sequence: number,
      position,
      captureUs,
    })
    new Int16Array(message, i * BYTES + HEADER_BYTES, FRAMES * 2).fill(1 + number)
  }
  return message
}

function setup(targetMs = 0) {
  const memory = createSampleRing(4096)
  const shared = createControlBlock()
  const posted: FromWorker[] = []
  const socket = new FakeSocket()
  const urls: string[] = []
  const decoder = { decode: () => 0, left: new Float32Array(), right: new Float32Array() }
  const loadOpus = vi.fn(async () => decoder)
  const at = { ms: 100_000 }
  const listener = new Listener({
    ring: memory,
    control: shared,
    targetMs,
    profile: 'stable',
    post: (message) => posted.push(message),
    openSocket: (url) => {
      urls.push(url)
      return socket
    },
    loadOpus,
    nowMs: () => at.ms,
    dateMs: () => at.ms + 5,
    random: () => 0.5,
  })
  listener.start('ws://here/')
  socket.opens()
  const configure = (change = {}) => socket.says(JSON.stringify({ ...CONFIG, ...change }))
  configure()
  return {
    listener,
    ring: new SampleRing(memory),
    control: new ControlBlock(shared),
    posted,
    socket,
    urls,
    loadOpus,
    at,
    configure,
  }
}

test('audio arrives in the ring, several packets in one message', () => {
  const { ring, control, socket } = setup()
  socket.says(packets(0, 3))
  expect(ring.available(0, 1000)).toBe(3 * FRAMES)
  const left = new Float32Array(FRAMES)
  ring.read(2 * FRAMES, left, new Float32Array(FRAMES), 0, FRAMES)
  expect(left[5]).toBe(3 / 32768)
  expect(control.get('packetsReceived')).toBe(3)
  expect(control.get('newestPosition')).toBe(3 * FRAMES)
})

test('a hole counts as missing until it is filled; a repeat counts as nothing', () => {
  const { control, socket } = setup()
  socket.says(packets(0))
  socket.says(packets(3))
  expect(control.get('packetsMissing')).toBe(2)
  socket.says(packets(1))
  expect(control.get('packetsMissing')).toBe(1)
  socket.says(packets(1))
  socket.says(packets(3))
  expect(control.get('packetsMissing')).toBe(1)
})

test('a gap that the server tells of counts once, however often it is told, and none at the beginning', () => {
  const { listener, control, socket, configure } = setup()
  const gap = (number: number, flags = FLAG_GAP) => socket.says(packets(number, 1, 7, flags))
  gap(0)
  expect(control.get('gapsAnnounced')).toBe(0)
  gap(4)
  gap(4)
  gap(6, FLAG_GAP | FLAG_WARM_UP)
  socket.says(packets(9))
  expect(control.get('gapsAnnounced')).toBe(1)
  socket.ends(CLOSE.silent)
  listener.tick()
  socket.opens()
  configure()
  gap(4)
  expect(control.get('gapsAnnounced')).toBe(0)
  gap(20)
  expect(control.get('gapsAnnounced')).toBe(1)
})

test('a packet whose time has passed is late, if that stream is playing', () => {
  const { control, socket } = setup()
  control.set('playPosition', 2 * FRAMES)
  socket.says(packets(0))
  expect(control.get('packetsLate')).toBe(0)
  control.set('playSerial', 1)
  socket.says(packets(1, 2))
  expect(control.get('packetsLate')).toBe(1)
})

test('what is not a packet is counted and survived', () => {
  const { ring, control, socket } = setup()
  socket.says(packets(0, 2).slice(0, BYTES + 40)) // the second is cut off
  expect(ring.available(0, 1000)).toBe(FRAMES)
  socket.says(new ArrayBuffer(0))
  socket.says(new ArrayBuffer(31))
  socket.says(packets(1, 1, 999)) // another stream
  socket.says('{"type":')
  socket.says('{"type":"audio_config"}')
  expect(control.get('messagesBad')).toBe(6)
  socket.says('{"type":"from_the_future"}')
  expect(control.get('messagesBad')).toBe(6)
  socket.says(packets(1))
  expect(ring.available(0, 1000)).toBe(2 * FRAMES)
})

test('a packet from before this turn of the ring does not overwrite newer audio', () => {
  const { ring, socket } = setup()
  socket.says(packets(32, 32))
  socket.says(packets(0))
  expect(ring.available(32 * FRAMES, 4096)).toBe(4096)
})

test('the line names the position that could be playing now', () => {
  const { control, socket, at } = setup()
  const line = { serial: 0, ms: 0, position: 0, rateHz: 0 }
  socket.says(packets(10))
  at.ms += 100 // a second packet that is late: the first is still the quickest
  socket.says(packets(11))
  expect(control.readLine(line)).toBe(true)
  expect(line).toMatchObject({ serial: 1, ms: at.ms, rateHz: RATE })
  expect(line.position).toBeCloseTo(10 * FRAMES + RATE / 10, 5)
})

test('a new stream: the line goes first, the ring is empty, the page is told', () => {
  const { ring, control, socket, posted, configure, at } = setup()
  socket.says(packets(0, 4))
  configure({ streamId: 8, rateHz: 48_000 })
  expect(control.get('lineSerial')).toBe(0)
  expect(ring.available(0, 1000)).toBe(0)
  expect(posted).toContainEqual({ kind: 'stream', serial: 2, rateHz: 48_000, streamId: 8 })
  socket.says(packets(0, 1, 8))
  at.ms += 100
  socket.says(packets(1, 1, 8))
  expect(control.get('lineSerial')).toBe(2)
})

test('while the source does not run there is no line, and what is missing is nobody’s lateness', () => {
  const { control, socket, at, configure } = setup()
  const source = (state: string) => socket.says(JSON.stringify({ type: 'source_state', state, message: '' }))
  const hear = (number: number) => {
    at.ms += 3
    socket.says(packets(number))
  }
  source('running')
  for (let number = 0; number < 50; number++) hear(number)
  expect(control.get('lineSerial')).toBe(1)
  for (const state of ['restarting', 'stopped']) {
    source(state)
    expect(control.get('lineSerial')).toBe(0)
    // What was on its way when that was said.
    hear(50)
    expect(control.get('lineSerial')).toBe(0)
    at.ms += 5000
  }
  // The same stream goes on: its line begins anew, and does not know of the pause.
  configure()
  source('running')
  for (let number = 100; number < 150; number++) hear(number)
  expect(control.get('lineSerial')).toBe(1)
  expect(control.get('latePeakMs')).toBeLessThan(5)
  source('restarting')
  configure({ streamId: 8 })
  source('running')
  for (let i = 0; i < 50; i++) {
    at.ms += 3
    socket.says(packets(i, 1, 8))
  }
  expect(control.get('lineSerial')).toBe(2)
})

test('the same stream after a reconnect goes on where it was', () => {
  const { ring, socket, posted, configure } = setup()
  socket.says(packets(0, 4))
  configure()
  expect(ring.available(0, 1000)).toBe(4 * FRAMES)
  expect(posted.filter((m) => m.kind === 'stream')).toHaveLength(1)
})

test('the clock is unknown, then known, and capture time with it', () => {
  const { control, socket, at } = setup()
  socket.says(packets(0))
  expect(control.get('captureMs')).toBeNaN()
  const probe = JSON.parse(socket.sent[0] as string).samples[0]
  at.ms += 4
  // The server's clock reads 0 where ours reads 99,990: captured then, sent 10 ms later, 2 ms on the way.
  const serverUs = (at.ms - 2 - 99_990) * 1000
  const sample = { ...probe, serverReceivedUs: serverUs, serverSentUs: serverUs }
  socket.says(JSON.stringify({ type: 'time_sync_batch', samples: [sample] }))
  expect(control.get('clockOffsetMs')).toBe(-99_990)
  expect(control.get('networkMs')).toBe(2)
  expect(control.get('clockErrorMs')).toBe(2)
  expect(control.get('captureMs')).toBe(8)
  expect(control.get('captureAnchorMs')).toBe(99_990)
  expect(socket.sent).toHaveLength(2)
})

test('a target set by hand is in stream frames; another protocol is refused', () => {
  const { control, posted, configure } = setup(20)
  expect(control.get('fixedTargetFrames')).toBe(882)
  configure({ protocol: 3 })
  expect(posted.at(-1)).toEqual({ kind: 'link', link: { phase: 'refused' } })
})

test('the date’s skew is there for the worklet from the first tick', () => {
  const { listener, control } = setup()
  listener.tick()
  expect(control.get('dateSkewMs')).toBe(5)
})

/** What was sent of this type. */
function sent(socket: FakeSocket, type: string) {
  return socket.sent.map((text) => JSON.parse(text)).filter((message) => message.type === type)
}

test('ten receipts a second say what has come, whether or not anything does', () => {
  const { listener, socket, control, at } = setup()
  const tick = () => {
    at.ms += 50
    listener.tick()
  }
  for (let i = 0; i < 20; i++) tick()
  expect(sent(socket, 'receipt')).toHaveLength(10)
  const nothing = { streamId: 7, position: 0, packets: 0, latenessMs: 0, targetMs: 0, episodes: 0 }
  expect(sent(socket, 'receipt').at(-1)).toMatchObject({ ...nothing, opus: false })
  socket.says(packets(3, 2))
  at.ms += 30
  socket.says(packets(5))
  control.set('playing', 1)
  control.set('lineRateHz', RATE)
  control.set('targetFrames', 441)
  control.set('underrunEpisodes', 1)
  control.set('episodesBefore', 2)
  tick()
  tick()
  const receipt = sent(socket, 'receipt').at(-1)
  expect(receipt).toMatchObject({ position: 6 * FRAMES, packets: 3, targetMs: 10, episodes: 3 })
  expect(receipt.bytes).toBeGreaterThanOrEqual(3 * BYTES)
  expect(receipt.latenessMs).toBeCloseTo(30 - (1000 * FRAMES) / RATE, 5)
  for (let i = 0; i < 4; i++) tick()
  expect(sent(socket, 'receipt').at(-1)).toMatchObject({ latenessMs: 0 })
})

test('on another connection the receipts begin anew: what came before is not this one’s', () => {
  const { listener, socket, at, configure } = setup()
  socket.says(packets(3, 2))
  socket.ends(CLOSE.silent)
  listener.tick() // at once: another attempt
  socket.opens()
  configure()
  at.ms += 100
  listener.tick()
  expect(sent(socket, 'receipt').at(-1)).toMatchObject({ streamId: 7, position: 0, packets: 0 })
})

test('the rate at which bytes come is known after a second of a connection, and not without one', () => {
  const { listener, socket, control, at } = setup()
  const pass = (ms: number) => {
    for (const endMs = at.ms + ms; at.ms < endMs; at.ms += 50) listener.tick()
  }
  expect(control.get('deliveredKbps')).toBeNaN()
  socket.says(packets(0, 20))
  pass(1200)
  expect(control.get('deliveredKbps')).toBeGreaterThan(80)
  socket.ends()
  expect(control.get('deliveredKbps')).toBeNaN()
  pass(5000)
  expect(control.get('deliveredKbps')).toBeNaN()
})

test('closed for silence: the page says so, and is back at once', () => {
  const { listener, socket, posted, urls, at } = setup()
  socket.ends(CLOSE.silent)
  expect(posted.at(-1)).toEqual({
    kind: 'link',
    link: { phase: 'waiting', why: 'silent', retryAtMs: at.ms },
  })
  listener.tick()
  expect(urls).toHaveLength(2)
})

test('a rung by hand is asked for at once, and of every connection from then on', () => {
  const { listener, socket, urls, configure } = setup()
  expect(urls[0]).toBe('ws://here/?rung=auto&start=pcm16')
  configure({ rung: 'opus-96' })
  listener.setRung('opus-128')
  expect(sent(socket, 'set_quality')).toEqual([{ type: 'set_quality', rung: 'opus-128' }])
  socket.ends(CLOSE.silent)
  listener.tick()
  // Where auto would begin is what the server gave last.
  expect(urls[1]).toBe('ws://here/?rung=opus-128&start=opus-96')
  listener.setRung('auto') // while it is still connecting
  socket.opens()
  expect(sent(socket, 'set_quality').at(-1)).toEqual({ type: 'set_quality', rung: 'auto' })
})

test('the decoder is fetched once audio plays, or at once where Opus begins', async () => {
  const { listener, control, loadOpus, at } = setup()
  listener.tick()
  expect(loadOpus).not.toHaveBeenCalled()
  control.set('playing', 1)
  listener.tick()
  listener.tick()
  expect(loadOpus).toHaveBeenCalledTimes(1)
  await vi.waitFor(() => expect(control.get('decoderReady')).toBe(1))

  const late = setup()
  late.loadOpus.mockRejectedValueOnce(new Error('offline'))
  late.configure({ rung: 'opus-64' })
  late.listener.tick()
  await vi.waitFor(() => expect(late.control.get('decoderErrors')).toBe(1))
  late.listener.tick()
  expect(late.loadOpus).toHaveBeenCalledTimes(1)
  late.at.ms += 2000
  late.listener.tick()
  expect(late.loadOpus).toHaveBeenCalledTimes(2)
  await vi.waitFor(() => expect(late.control.get('decoderReady')).toBe(1))
  expect(at.ms).toBe(100_000)

  const crowded = setup()
  const state = { type: 'link_state', rung: 'pcm16', wish: 'auto', inFlightMs: 300, skipping: true }
  crowded.socket.says(JSON.stringify({ ...state, packetsSent: 9, packetsSkipped: 1, switches: 0, batch: 1 }))
  expect(crowded.loadOpus).toHaveBeenCalledTimes(1)
})

test('what the server thinks of the link goes to the page', () => {
  const { socket, posted, control } = setup()
  const state = {
    ...{ type: 'link_state', rung: 'pcm16', wish: 'auto', inFlightMs: 12, skipping: false },
    ...{ packetsSent: 9, packetsSkipped: 1, switches: 2, batch: 1 },
  }
  socket.says(JSON.stringify(state))
  expect(posted.at(-1)).toEqual({ kind: 'link_state', state })
  socket.says(JSON.stringify({ ...state, wish: 'loud' }))
  expect(control.get('messagesBad')).toBe(1)
})
