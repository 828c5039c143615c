// Where Opus is wanted from the start, or PCM is too much, the decoder comes before any sound: they share the link.
import { expect, test, vi } from 'vitest'
import { ControlBlock, createControlBlock } from '../../src/shared/ring/control-block.ts'
import { createSampleRing } from '../../src/shared/ring/sample-ring.ts'
import type { RungName } from '../../src/shared/rungs.ts'
import type { OpusDecoder } from './decode/opus-loader.ts'
import { FakeSocket } from './fake-socket.ts'
import { Listener } from './listener.ts'
import type { FromWorker, RungWish } from './messages.ts'

const DECODER: OpusDecoder = { decode: () => 0, left: new Float32Array(), right: new Float32Array() }

function setup(wish: RungWish, startRung: RungName) {
  const at = { ms: 100_000 }
  const posted: FromWorker[] = []
  const sockets: { url: URL; socket: FakeSocket }[] = []
  let arrive: (decoder: OpusDecoder) => void = () => {}
  let refuse: (error: Error) => void = () => {}
  const shared = createControlBlock()
  const control = new ControlBlock(shared)
  const loadOpus = vi.fn(
    () =>
      new Promise<OpusDecoder>((resolve, reject) => {
        arrive = resolve
        refuse = reject
      }),
  )
  const listener = new Listener({
    ring: createSampleRing(4096),
    control: shared,
    targetMs: 0,
    profile: 'balanced',
    post: (message) => posted.push(message),
    openSocket: (url) => {
      const socket = new FakeSocket()
      sockets.push({ url: new URL(url), socket })
      return socket
    },
    loadOpus,
    nowMs: () => at.ms,
    dateMs: () => at.ms + 5,
    random: () => 0.5,
  })
  listener.start('ws://here/', wish, startRung)
  const decoderComes = async () => {
    arrive(DECODER)
    await Promise.resolve()
  }
  const decoderFails = () => {
    refuse(new Error('offline'))
    return vi.waitFor(() => expect(control.get('decoderErrors')).toBe(1))
  }
  const wait = (ms: number) => {
    for (const endMs = at.ms + ms; at.ms < endMs; at.ms += 50) listener.tick()
  }
  return { listener, posted, sockets, control, loadOpus, decoderComes, decoderFails, wait }
}

const LINK_STATE = {
  type: 'link_state',
  rung: 'pcm16',
  wish: 'auto',
  inFlightMs: 300,
  skipping: true,
  packetsSent: 100,
  packetsSkipped: 20,
  switches: 0,
  batch: 1,
}

test.each([
  ['auto', 'opus-96'],
  ['opus-64', 'pcm16'],
] as const)('%s from %s: the socket opens when the decoder is there', async (wish, startRung) => {
  const { posted, sockets, decoderComes, wait } = setup(wish, startRung)
  wait(3000)
  expect(sockets).toHaveLength(0)
  expect(posted).toEqual([{ kind: 'link', link: { phase: 'connecting', again: false } }])
  await decoderComes()
  expect(sockets).toHaveLength(1)
  expect(sockets[0]?.url.searchParams.get('start')).toBe(startRung)
})

test('a decoder that does not come in 10 s is waited for no longer: PCM', () => {
  const { sockets, wait } = setup('auto', 'opus-96')
  wait(10_200)
  expect(sockets).toHaveLength(1)
  expect(sockets[0]?.url.searchParams.get('start')).toBe('pcm16')
})

test('PCM that is left out while there is no decoder makes way for it, and Opus comes after', async () => {
  const { posted, sockets, decoderComes, wait } = setup('auto', 'pcm16')
  const [first] = sockets
  first?.socket.opens()
  first?.socket.says(JSON.stringify({ ...LINK_STATE, skipping: false }))
  expect(first?.socket.closed).toBe(false)
  first?.socket.says(JSON.stringify(LINK_STATE))
  expect(first?.socket.closed).toBe(true)
  expect(posted).toContainEqual({ kind: 'link', link: { phase: 'connecting', again: true } })
  wait(2000)
  expect(sockets).toHaveLength(1)
  await decoderComes()
  expect(sockets).toHaveLength(2)
  expect(sockets[1]?.url.searchParams.get('start')).toBe('opus-96')
})

test('it makes way once: what is still too much with PCM then is the server’s business', () => {
  const { sockets, wait } = setup('auto', 'pcm16')
  sockets[0]?.socket.opens()
  sockets[0]?.socket.says(JSON.stringify(LINK_STATE))
  wait(10_200)
  expect(sockets).toHaveLength(2)
  expect(sockets[1]?.url.searchParams.get('start')).toBe('pcm16')
  sockets[1]?.socket.opens()
  sockets[1]?.socket.says(JSON.stringify(LINK_STATE))
  expect(sockets[1]?.socket.closed).toBe(false)
})

test('what plays makes way for nothing; the decoder is fetched beside it', () => {
  const { sockets, control, loadOpus } = setup('auto', 'pcm16')
  control.set('playing', 1)
  sockets[0]?.socket.opens()
  sockets[0]?.socket.says(JSON.stringify(LINK_STATE))
  expect(sockets[0]?.socket.closed).toBe(false)
  expect(loadOpus).toHaveBeenCalledTimes(1)
})

test('nor does a rung by hand, nor is a decoder waited for that could not be had', async () => {
  const pinned = setup('pcm16', 'pcm16')
  pinned.sockets[0]?.socket.opens()
  pinned.sockets[0]?.socket.says(JSON.stringify({ ...LINK_STATE, wish: 'pcm16' }))
  expect(pinned.sockets[0]?.socket.closed).toBe(false)

  const failing = setup('auto', 'pcm16')
  failing.sockets[0]?.socket.opens()
  failing.listener.setRung('opus-64')
  await failing.decoderFails()
  failing.listener.setRung('auto')
  failing.sockets[0]?.socket.says(JSON.stringify(LINK_STATE))
  expect(failing.sockets[0]?.socket.closed).toBe(false)
})

test.each([
  ['opus-64', 'pcm16'],
  ['opus-64', 'auto'],
] as const)('%s is waited for; %s instead needs no decoder and begins at once', (wish, instead) => {
  const { listener, sockets } = setup(wish, 'pcm16')
  expect(sockets).toHaveLength(0)
  listener.setRung(instead)
  expect(sockets).toHaveLength(1)
  expect(sockets[0]?.url.searchParams.get('rung')).toBe(instead)
})

test('stopped while it waits, it opens nothing', async () => {
  const { listener, sockets, decoderComes, wait } = setup('auto', 'opus-96')
  listener.stop()
  await decoderComes()
  wait(12_000)
  expect(sockets).toHaveLength(0)
})
