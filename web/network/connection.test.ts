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

test('backoff doubles to 2 s, stays there for a while, then doubles to 10 s, with full jitter', () => {
  const most = new Backoff(() => 1)
  expect(Array.from({ length: 12 }, () => most.nextMs())).toEqual([
    ...[250, 500, 1000, 2000, 2000, 2000, 2000, 2000],
    ...[4000, 8000, 10_000, 10_000],
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

test('a server that restarts is tried again when it said, and no sooner; who can not be believed, as ever', () => {
  const { links, sockets, wait, last } = setup()
  last().opens()
  last().ends(CLOSE.restarting, 'The server is restarting; retry in 1800 ms.')
  expect(links.at(-1)).toEqual({ phase: 'waiting', why: 'restarting', retryAtMs: 1800 })
  wait(1750)
  expect(sockets).toHaveLength(1)
  wait(50)
  expect(sockets).toHaveLength(2)
  last().opens()
  last().ends(CLOSE.restarting, 'retry in 999999 ms')
  expect(links.at(-1)).toEqual({ phase: 'waiting', why: 'restarting', retryAtMs: 1800 + 250 })
})

test('a refused protocol is not tried again', () => {
  const { links, sockets, wait, last } = setup()
  last().opens()
  last().ends(CLOSE.protocol)
  wait(30_000)
  expect(links.at(-1)).toEqual({ phase: 'refused' })
  expect(sockets).toHaveLength(1)
})

test('who sent too much at once comes back: the server may have stood still meanwhile', () => {
  const { links, sockets, wait, last } = setup()
  last().opens()
  last().ends(CLOSE.tooMany)
  wait(3000)
  expect(links.at(-1)?.phase).not.toBe('refused')
  expect(sockets.length).toBeGreaterThan(1)
})

test('an attempt that hangs is given up, and its socket is not heard any more', () => {
  const { links, sockets, wait } = setup()
  wait(8100)
  expect(links.at(-1)).toMatchObject({ why: 'unreachable' })
  sockets[0]?.opens()
  expect(links.at(-1)).toMatchObject({ phase: 'waiting' })
})

test('in an outage attempts are made anew quickly, so that its end is found soon; later they take their time', () => {
  const { connection, links, sockets, wait, at, last } = setup()
  last().opens()
  connection.expectPackets(true)
  wait(2300)
  expect(links.at(-1)).toEqual({ phase: 'connecting', again: true })
  const lostAtMs = 2050
  const openings: number[] = []
  let known = sockets.length
  wait(6000, () => {
    if (sockets.length > known) openings.push(at.ms)
    known = sockets.length
  })
  for (const [i, atMs] of openings.slice(1).entries())
    expect(atMs - (openings[i] as number)).toBeLessThanOrEqual(400)
  expect(openings.length).toBeGreaterThan(12)
  expect(sockets.slice(0, -1).every(({ closed }) => closed)).toBe(true)
  expect(links.at(-1)).toEqual({ phase: 'connecting', again: true })
  wait(lostAtMs + 9000 - at.ms)
  const patient = sockets.length
  wait(7000)
  expect(sockets).toHaveLength(patient)
})

test('on another network, which is slower, an attempt gets the time it takes there', () => {
  const { connection, links, sockets, wait, last } = setup()
  last().opens()
  last().ends()
  wait(250)
  expect(sockets).toHaveLength(2)
  wait(200)
  connection.retryNow(0)
  wait(1000)
  expect(sockets).toHaveLength(2)
  last().opens()
  expect(links.at(-1)).toEqual({ phase: 'connected' })
})

test('the old network dies with the news of the other one', () => {
  const { connection, sockets, wait, last } = setup()
  last().opens()
  connection.expectPackets(true)
  wait(1000, () => connection.heardPacket(0))
  connection.retryNow(0)
  wait(400)
  expect(sockets).toHaveLength(2)
  wait(1500)
  expect(sockets).toHaveLength(2)
  wait(1000)
  expect(sockets.length).toBeGreaterThan(2)
})

test('an attempt gets twice the time that the last one took, and more', () => {
  const { connection, sockets, wait, last } = setup()
  wait(600)
  last().opens()
  connection.expectPackets(true)
  wait(2300)
  expect(sockets).toHaveLength(2)
  wait(1400)
  expect(sockets).toHaveLength(2)
  wait(300)
  expect(sockets).toHaveLength(3)
})

test('a server that says no is asked at the pace of the backoff', () => {
  const { links, sockets, wait, at, last } = setup()
  last().opens()
  last().ends()
  wait(300)
  last().ends()
  expect(links.at(-1)).toMatchObject({ phase: 'waiting', why: 'unreachable', retryAtMs: at.ms + 500 })
  wait(450)
  expect(sockets).toHaveLength(2)
})

test('who was never connected is patient', () => {
  const { sockets, wait } = setup()
  wait(7900)
  expect(sockets).toHaveLength(1)
})
