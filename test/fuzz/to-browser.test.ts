// 950,000 messages no server would send, to the browser's side of the wire: each is taken or counted, none
// throws, nothing grows, and the next good one is heard. A failure names its seed: fast-check prints it.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Random } from '../../bench/sim/random.ts'
import { ControlBlock, createControlBlock } from '../../src/shared/ring/control-block.ts'
import { createSampleRing, SampleRing } from '../../src/shared/ring/sample-ring.ts'
import { loadOpusDecoder } from '../../web/network/decode/opus-loader.ts'
import { FakeSocket } from '../../web/network/fake-socket.ts'
import { Listener } from '../../web/network/listener.ts'
import { readServerMessage } from '../../web/network/server-message.ts'
import { heldBytes } from './heap.ts'
import { mutateBytes, mutateText, PACKETS, pick, SERVER_MESSAGES } from './mutate.ts'

const STREAM = 7
const MESSAGES_PER_RUN = 5000
const RUNS = 140
const TEXT_RUNS = 50
const CONFIG = JSON.parse(SERVER_MESSAGES[0] as string) as object

/** The real one: it has to take whatever gets as far as this. */
const decoder = await loadOpusDecoder()

/** A worker's listener that is connected and can decode. */
async function listening() {
  const ring = createSampleRing(4096)
  const shared = createControlBlock()
  const at = { ms: 1000 }
  let socket = new FakeSocket()
  let posted = 0
  const listener = new Listener({
    ring,
    control: shared,
    targetMs: 0,
    profile: 'balanced',
    post: () => {
      posted++
    },
    openSocket: () => {
      socket = new FakeSocket()
      return socket
    },
    loadOpus: async () => decoder,
    nowMs: () => at.ms,
    dateMs: () => at.ms,
    random: () => 0.5,
  })
  listener.start('ws://here/', 'auto', 'opus-128')
  socket.opens()
  const control = new ControlBlock(shared)
  while (control.get('decoderReady') !== 1) await Promise.resolve()
  const say = (data: unknown) => {
    at.ms += 0.5
    socket.says(data)
    // What the page answers is not kept here for ever.
    if (socket.sent.length > 1000) socket.sent.length = 0
  }
  return {
    ring: new SampleRing(ring),
    control,
    say,
    tick: () => listener.tick(),
    refused: () => socket.closed,
    posted: () => posted,
    stop: () => listener.stop(),
    bad: () => control.get('messagesBad'),
  }
}

/** How many times a message has to be counted as bad; written from the layout in packet.ts, not from its reader. */
function badIn(message: ArrayBuffer, streamId: number): number {
  const bytes = Buffer.from(message)
  if (bytes.length === 0) return 1
  let bad = 0
  for (let at = 0; at < bytes.length; ) {
    if (bytes.length - at < 32) return bad + 1
    const [version, , codec, channels] = bytes.subarray(at, at + 4) as unknown as number[]
    const frames = bytes.readUInt16LE(at + 4)
    const payload = bytes.readUInt16LE(at + 6)
    const position = bytes.readDoubleLE(at + 16)
    const samples = frames * (channels as number)
    const fits =
      (codec === 1 && payload === 2 * samples) ||
      (codec === 3 && payload === 4 * samples) ||
      (codec === 2 && payload > 0 && payload <= 1275 && frames <= 960)
    if (version !== 2 || samples === 0 || !fits || at + 32 + payload > bytes.length) return bad + 1
    if (!Number.isSafeInteger(position) || position < 0) return bad + 1
    if (!Number.isFinite(bytes.readDoubleLE(at + 24))) return bad + 1
    const strange = bytes.readUInt32LE(at + 8) !== streamId || channels !== 2
    if (strange || (codec === 2 && !isOneFrame(bytes[at + 32] as number, frames))) bad++
    at += 32 + payload
  }
  return bad
}

/** By the first byte of an Opus packet: one frame of this length, without speech coding (RFC 6716 §3.1). */
function isOneFrame(first: number, frames: number): boolean {
  const mode = Math.floor(first / 8)
  return mode >= 16 && first % 4 === 0 && frames === [120, 240, 480, 960][mode % 4]
}

const seeds = fc.noShrink(fc.nat())

test('audio messages of any bytes: what is no packet of the stream is counted, the rest is heard', async () => {
  let sent = 0
  const held: number[] = []
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const random = new Random(seed)
      const page = await listening()
      page.say(JSON.stringify({ ...CONFIG, streamId: STREAM }))
      let expected = 0
      for (let i = 0; i < MESSAGES_PER_RUN; i++) {
        const message = mutateBytes(random, pick(random, PACKETS), pick(random, PACKETS))
        expected += badIn(message, STREAM)
        page.say(message)
      }
      page.tick()
      expect(page.bad()).toBe(expected)
      sent += MESSAGES_PER_RUN
      // A stream begins, and is heard bit for bit: packet 0 of the corpus' own.
      page.say(JSON.stringify({ ...CONFIG, streamId: STREAM + 1, rung: 'pcm16' }))
      const good = Uint8Array.from(PACKETS[2] as Uint8Array)
      new DataView(good.buffer).setUint32(8, STREAM + 1, true)
      page.say(good.buffer)
      expect(page.bad()).toBe(expected)
      expect(page.ring.available(0, 128)).toBe(128)
      page.stop()
      if (sent % (10 * MESSAGES_PER_RUN) === 0) held.push(heldBytes())
    }),
    { numRuns: RUNS },
  )
  expect(sent).toBe(RUNS * MESSAGES_PER_RUN)
  expectFlat(held)
}, 120_000)

test('control messages of any text: well-formed, unknown, or bad and counted', async () => {
  let sent = 0
  const held: number[] = []
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const random = new Random(seed)
      let page = await listening()
      let expected = 0
      for (let i = 0; i < MESSAGES_PER_RUN; i++) {
        const text = mutateText(random, pick(random, SERVER_MESSAGES), pick(random, SERVER_MESSAGES))
        const read = readServerMessage(text)
        if (read === 'bad' || (read !== 'unknown' && read.type === 'error')) expected++
        page.say(text)
        // Sound in between, for what a strange config makes of it.
        if (i % 16 === 0) {
          const before = page.bad()
          page.say(mutateBytes(random, pick(random, PACKETS), pick(random, PACKETS)))
          expected += page.bad() - before
          page.tick()
        }
        if (!page.refused()) continue
        // A config of another protocol: the page can not go on, and has said so.
        expect(page.bad()).toBe(expected)
        page.stop()
        page = await listening()
        expected = 0
      }
      expect(page.bad()).toBe(expected)
      expect(page.posted()).toBeGreaterThan(0)
      page.stop()
      sent += MESSAGES_PER_RUN
      if (sent % (10 * MESSAGES_PER_RUN) === 0) held.push(heldBytes())
    }),
    { numRuns: TEXT_RUNS },
  )
  expect(sent).toBe(TEXT_RUNS * MESSAGES_PER_RUN)
  expectFlat(held)
}, 120_000)

/** The second half holds no more than the first, give or take what a runtime keeps for itself. */
function expectFlat(held: readonly number[]): void {
  const half = held.length >> 1
  expect(half).toBeGreaterThan(1)
  expect(Math.min(...held.slice(half))).toBeLessThan(Math.max(...held.slice(0, half)) + 2e6)
}
