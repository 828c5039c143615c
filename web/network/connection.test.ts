import { expect, test } from 'vitest'
import { CLOSE } from '../../src/shared/wire/control.ts'
import { Backoff } from './backoff.ts'
import { Connection } from './connection.ts'
import { FakeSocket } from './fake-socket.ts'
import type { Link } from './messages.ts'

function setup() {
  const sockets: FakeSocket[] = []
  const links: Link[] = []
  const at = { ms: 0 }
  const connection = new Connection({
    open: () => {
      const socket = new FakeSocket()
      sockets.push(socket)
      return socket
    },
    nowMs: () => at.ms,
    random: () => 1,
    onOpen: () => {},
    onMessage: () => {},
    onLink: (link) => links.push(link),
  })
  const wait = (ms: number, each = () => {}) => {
    for (const end = at.ms + ms; at.ms < end; ) {
      at.ms += 50
      each()
      connection.tick()
    }
  }
  connection.start('ws://here/')
  return { connection, sockets, links, wait, at, last: () => sockets.at(-1) as FakeSocket }
}

test('backoff doubles to 10 s, with full jitter', () => {
  const most = new Backoff(() => 1)
  expect(Array.from({ length: 8 }, () => most.nextMs())).toEqual([
    250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000,
  ])
  most.reset()
  expect(most.nextMs()).toBe(250)
  expect(new Backoff(() => 0).nextMs()).toBe(0)
})

test('a lost connection comes back by itself', () => {
  const { links, sockets, wait, last } = setup()
  last().opens()
  last().ends()
  expect(links.at(-1)).toEqual({ phase: 'waiting', why: 'lost', retryAtMs: 250 })
  wait(300)
  expect(sockets).toHaveLength(2)
  expect(links.at(-1)).toEqual({ phase: 'connecting', again: true })
  last().ends()
  expect(links.at(-1)).toMatchObject({ why: 'unreachable', retryAtMs: 300 + 500 })
})

test('only ten healthy seconds make the next wait short again', () => {
  const { connection, links, wait, at, last } = setup()
  last().ends() // 250
  wait(300)
  last().opens()
  last().ends() // 500: it had not been healthy
  expect(links.at(-1)).toMatchObject({ retryAtMs: at.ms + 500 })
  wait(600)
  last().opens()
  connection.expectPackets(true)
  wait(10_500, () => connection.heardPacket(at.ms))
  last().ends()
  expect(links.at(-1)).toMatchObject({ retryAtMs: at.ms + 250 })
})

test('a running source without packets for 2 s is a stall; a stopped one is not', () => {
  const { connection, links, wait, last } = setup()
  last().opens()
  wait(5000)
  expect(links.at(-1)).toEqual({ phase: 'connected' })
  connection.expectPackets(true)
  wait(1900)
  expect(links.at(-1)).toEqual({ phase: 'connected' })
  wait(200)
  expect(links.at(-1)).toMatchObject({ phase: 'waiting', why: 'stalled' })
  expect(last().closed).toBe(true)
})

test('a full room is tried again slowly, and not sooner when the network changes', () => {
  const { connection, links, sockets, last } = setup()
  last().opens()
  last().ends(CLOSE.full)
  expect(links.at(-1)).toEqual({ phase: 'waiting', why: 'full', retryAtMs: 20_000 })
  connection.retryNow(0)
  expect(sockets).toHaveLength(1)
})

test('a refused protocol is not tried again', () => {
  const { links, sockets, wait, last } = setup()
  last().opens()
  last().ends(CLOSE.protocol)
  wait(30_000)
  expect(links.at(-1)).toEqual({ phase: 'refused' })
  expect(sockets).toHaveLength(1)
})

test('an attempt that hangs is given up, and its socket is not heard any more', () => {
  const { links, sockets, wait } = setup()
  wait(8100)
  expect(links.at(-1)).toMatchObject({ why: 'unreachable' })
  sockets[0]?.opens()
  expect(links.at(-1)).toMatchObject({ phase: 'waiting' })
})
