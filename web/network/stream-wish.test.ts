// Who says which rung: the page, and others through the server. Who asked last is right, also on the next connection.
import { expect, test } from 'vitest'
import { createControlBlock } from '../../src/shared/ring/control-block.ts'
import { createSampleRing } from '../../src/shared/ring/sample-ring.ts'
import { fakeConfig } from './fake-config.ts'
import { FakeSocket } from './fake-socket.ts'
import { Listener } from './listener.ts'
import type { FromWorker, RungWish } from './messages.ts'
import { StreamWish } from './stream-wish.ts'

const BEGINNING = { url: 'ws://here/', wish: 'auto', startRung: 'pcm16', linkBps: undefined } as const

test('the address says all there is to ask for', () => {
  const wish = new StreamWish()
  wish.begin(BEGINNING)
  expect(wish.address).toBe('ws://here/?rung=auto&start=pcm16')
  wish.begin({ ...BEGINNING, url: 'ws://here/?a=1', wish: 'opus-64', linkBps: 123_456 })
  wish.startAt('opus-96')
  expect(wish.address).toBe('ws://here/?a=1&rung=opus-64&start=opus-96&kbps=123')
  wish.begin({ ...BEGINNING, linkBps: 7 })
  expect(wish.address).toContain('kbps=1')
})

test.each([
  ['auto', 'pcm16', false, false],
  ['auto', 'opus-64', true, true],
  ['opus-64', 'pcm16', true, true],
  ['pcm16', 'opus-64', false, true],
] as const)('%s from %s: begins with Opus %s, needs a decoder %s', (wish, startRung, begins, needs) => {
  const one = new StreamWish()
  one.begin({ ...BEGINNING, wish, startRung })
  expect(one.beginsWithOpus).toBe(begins)
  expect(one.needsDecoder).toBe(needs)
})

test('a wish that changes while a socket is being opened is said once it is open', () => {
  const wish = new StreamWish()
  wish.begin(BEGINNING)
  wish.opening()
  expect(wish.unsaid).toBe(false)
  wish.choose('opus-64')
  expect(wish.unsaid).toBe(true)
  expect(wish.asking()).toEqual({ type: 'set_quality', rung: 'opus-64' })
  expect(wish.unsaid).toBe(false)
})

test('what the server says of the wish is believed, but not before it can have heard ours', () => {
  const wish = new StreamWish()
  wish.begin(BEGINNING)
  wish.opening()
  expect(wish.hear('auto')).toBe(false)
  expect(wish.hear('opus-128')).toBe(true)
  expect(wish.wish).toBe('opus-128')
  wish.choose('opus-64')
  wish.asking()
  expect(wish.hear('opus-128')).toBe(false)
  expect(wish.wish).toBe('opus-64')
  expect(wish.hear('opus-64')).toBe(false)
  expect(wish.hear('pcm16')).toBe(true)
  // Somebody else was quicker than the next word of the server.
  wish.choose('opus-96')
  wish.asking()
  wish.answered()
  expect(wish.hear('opus-256')).toBe(true)
})

function setup(first: RungWish = 'auto') {
  const sockets: { url: URL; socket: FakeSocket }[] = []
  const posted: FromWorker[] = []
  const at = { ms: 100_000 }
  const listener = new Listener({
    ring: createSampleRing(4096),
    control: createControlBlock(),
    targetMs: 0,
    profile: 'balanced',
    post: (message) => posted.push(message),
    openSocket: (url) => {
      const socket = new FakeSocket()
      sockets.push({ url: new URL(url), socket })
      return socket
    },
    loadOpus: async () => ({ decode: () => 0, left: new Float32Array(), right: new Float32Array() }),
    nowMs: () => at.ms,
    dateMs: () => at.ms,
    random: () => 0.5,
  })
  listener.start('ws://here/', first)
  const last = () => sockets.at(-1) as (typeof sockets)[number]
  const open = () => {
    last().socket.opens()
    last().socket.says(JSON.stringify(fakeConfig(128)))
  }
  const says = (wish: RungWish) => {
    const counts = { inFlightMs: 0, packetsSent: 9, packetsSkipped: 0, switches: 0, batch: 1 }
    last().socket.says(
      JSON.stringify({ type: 'link_state', rung: 'pcm16', wish, skipping: false, ...counts }),
    )
  }
  const sent = (type: string) =>
    last()
      .socket.sent.map((text) => JSON.parse(text))
      .filter((message) => message.type === type)
  const answer = (sample: object) => {
    const answered = { ...sample, serverReceivedUs: 0, serverSentUs: 0 }
    last().socket.says(JSON.stringify({ type: 'time_sync_batch', samples: [answered] }))
  }
  const reconnect = () => {
    last().socket.ends()
    at.ms += 15_000
    listener.tick()
    open()
  }
  const wishes = () => posted.flatMap((message) => (message.kind === 'wish' ? [message.wish] : []))
  open()
  return { listener, last, says, sent, answer, reconnect, wishes }
}

test('a rung pinned on the server is told to the page, not asked for again, and asked for on the next connection', () => {
  const { last, says, sent, reconnect, wishes } = setup()
  says('auto')
  expect(wishes()).toEqual([])
  says('pcm16')
  says('pcm16')
  expect(wishes()).toEqual(['pcm16'])
  reconnect()
  expect(last().url.searchParams.get('rung')).toBe('pcm16')
  expect(sent('set_quality')).toEqual([])
  says('auto')
  expect(wishes()).toEqual(['pcm16', 'auto'])
  reconnect()
  expect(last().url.searchParams.get('rung')).toBe('auto')
})

test('what the page says holds against what the server said before it heard that', () => {
  const { listener, last, says, sent, answer, reconnect, wishes } = setup()
  const [early] = sent('time_sync_batch')
  listener.setRung('opus-96')
  // On their way already: a word on the link, and an answer to what was asked before.
  says('auto')
  answer(early.samples[0])
  says('auto')
  expect(wishes()).toEqual(['opus-96'])
  // Asked after the wish: who answers that has heard the wish, and then somebody else's.
  answer(sent('time_sync_batch').at(-1).samples[0])
  says('opus-64')
  expect(wishes()).toEqual(['opus-96', 'opus-64'])
  reconnect()
  expect(last().url.searchParams.get('rung')).toBe('opus-64')
})
