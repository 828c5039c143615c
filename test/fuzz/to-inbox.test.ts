// A million mutated messages for what takes them in the server, without the sockets: each is obeyed or counted with its
// reason and answered, the one too many ends its listener, nothing throws, nothing grows. A failure names its seed.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Random } from '../../bench/sim/random.ts'
import { readConfig } from '../../src/server/config.ts'
import { ControlInbox, MAX_BAD_MESSAGES } from '../../src/server/routes/control-inbox.ts'
import { Room } from '../../src/server/sessions/room.ts'
import { zeroCounters } from '../../src/server/streaming/counters.ts'
import { Listener } from '../../src/server/streaming/listener.ts'
import type { ListenerConnection, ListenerSocket } from '../../src/server/streaming/listener-socket.ts'
import { textOf } from '../../src/server/streaming/ws-frame.ts'
import { CLOSE, type ClientMessage, type ServerMessage } from '../../src/shared/wire/control.ts'
import { badMessage, type Counts, judge, oddReceipt, total, zero } from './client-messages.ts'
import { heldBytes } from './heap.ts'
import { CLIENT_MESSAGES, mutateBytes, PACKETS, pick } from './mutate.ts'

const RUNS = 20
const MESSAGES_PER_RUN = 50_000

/** Keeps the last answer and the code it was closed with. */
class Socket implements ListenerSocket, ListenerConnection {
  readonly bufferedAmount = 0
  readyState = 1
  answers = 0
  answer = ''
  code: number | undefined

  write(frame: Buffer): void {
    this.answers++
    this.answer = textOf(frame) ?? ''
  }

  close(code: number): void {
    this.code = code
    this.readyState = 2
  }

  terminate(): void {
    this.readyState = 3
  }
}

/** Mostly what is judged quickly: to say what is wrong with a text takes twenty times as long. */
function anyMessage(random: Random): string | ArrayBuffer {
  const kind = random.next()
  if (kind < 0.12) return badMessage(random)
  if (kind < 0.45) return oddReceipt(random)
  if (kind < 0.6) return pick(random, CLIENT_MESSAGES)
  const packet = mutateBytes(random, pick(random, PACKETS), pick(random, PACKETS)).slice(0, 600)
  return kind < 0.9 ? packet : Buffer.from(packet).toString('latin1')
}

test('messages of any kind, to listeners that come and go', () => {
  const counters = zeroCounters()
  const expected = zero()
  const held: number[] = []
  const obeyed: Record<ClientMessage['type'], number> = {
    receipt: 0,
    set_quality: 0,
    time_sync_batch: 0,
    set_mode: 0,
    sync_report: 0,
    transport: 0,
    set_room: 0,
  }
  let received = 0

  let nowMs = 0
  const room = new Room({
    session: 'fuzz',
    settings: readConfig({ args: [], env: {} }).room,
    nowUs: () => nowMs * 1000,
    memory: () => ({ oldest: 0, reachFrames: 60 * 44_100 }),
    rttMs: () => 20,
    moved: () => {},
    busy: () => {},
  })
  room.begin(1, 44_100, 128)

  /** One listener, until it is closed or has sent `most`. Returns how many messages that took. */
  function listen(random: Random, most: number): number {
    const socket = new Socket()
    const isController = random.next() < 0.5
    const listener = new Listener(socket, socket, counters, () => nowMs)
    listener.begin(1, 44_100)
    room.join(listener, isController ? 'controller' : 'listener', 'live')
    const inbox = new ControlInbox(listener, counters, room)
    let bad = 0
    let sent = 0
    for (; sent < most && bad <= MAX_BAD_MESSAGES; sent++) {
      nowMs += random.next() * 200
      room.note(Math.floor(nowMs * 44.1), nowMs * 1000)
      if (random.next() < 0.1) room.tick()
      const message = anyMessage(random)
      const judged = judge(message, isController)
      const answers = socket.answers
      const isBinary = typeof message !== 'string'
      inbox.receive(Buffer.from(message as string), isBinary, nowMs * 1000)
      if (typeof judged === 'string') {
        expected[judged]++
        bad++
        if (counters.badMessages[judged] !== expected[judged]) throw new Error(`not counted: ${judged}`)
        if (bad <= MAX_BAD_MESSAGES) checkAnswer(socket, answers, { type: 'error', reason: judged })
      } else {
        obeyed[judged.type]++
        const impossible = counters.badMessages['bad-transport'] - expected['bad-transport']
        if (judged.type === 'transport' && impossible === 1) {
          obeyed.transport--
          expected['bad-transport']++
          checkAnswer(socket, answers, { type: 'error', reason: 'bad-transport' })
        } else if (judged.type === 'time_sync_batch') checkAnswer(socket, answers, { type: judged.type })
        else if (judged.type === 'set_mode') {
          if (room.audience.get(listener)?.wanted !== judged.mode) throw new Error('not in this mode')
        } else if (socket.answers !== answers) throw new Error(`answered: ${String(message)}`)
        if (judged.type === 'set_quality' && listener.wish !== judged.rung) throw new Error('not obeyed')
        if (judged.type === 'receipt' && listener.receipt?.position !== judged.position)
          throw new Error('not heard')
      }
    }
    if (socket.code !== (bad > MAX_BAD_MESSAGES ? CLOSE.protocol : undefined))
      throw new Error(`closed with ${socket.code}`)
    // What such receipts have made of this listener is still numbers.
    for (const value of [listener.flow.queuedMs, listener.flow.baselineMs, listener.delivery.kbps])
      if (!Number.isFinite(value)) throw new Error(`made ${value} of receipts`)
    room.leave(listener)
    checkRoom(room)
    return sent
  }

  fc.assert(
    fc.property(fc.noShrink(fc.nat()), (seed) => {
      const random = new Random(seed)
      for (let sent = 0; sent < MESSAGES_PER_RUN; ) sent += listen(random, MESSAGES_PER_RUN - sent)
      received += MESSAGES_PER_RUN
      expect(counters).toEqual({ ...zeroCounters(), heard: counters.heard, badMessages: expected })
      expect(total(expected) + total(obeyed as unknown as Counts)).toBe(received)
      held.push(heldBytes())
    }),
    { numRuns: RUNS },
  )
  expect(received).toBe(RUNS * MESSAGES_PER_RUN)
  for (const count of [...Object.values(expected), ...Object.values(obeyed)])
    expect(count).toBeGreaterThan(RUNS)
  const half = held.length >> 1
  expect(Math.min(...held.slice(half))).toBeLessThan(Math.max(...held.slice(0, half)) + 4e6)
}, 120_000)

/** Whatever its members have said, it has a delay within its bounds, and segments that follow one another. */
function checkRoom({ together, steady }: Room): void {
  for (const { schedule, timeline } of [together, steady]) {
    for (const ms of [schedule.fromMs, schedule.toMs])
      if (!(ms >= 10 && ms <= 60_000)) throw new Error(`a delay of ${ms} ms`)
    timeline.segments.forEach(({ from, shift }, i, all) => {
      const follows = i === 0 || from >= (all[i - 1]?.from ?? 0)
      if (!follows || !Number.isSafeInteger(from) || !Number.isSafeInteger(shift) || shift < 0)
        throw new Error(`segments ${JSON.stringify(all)}`)
    })
  }
}

/** One more than before, with all of `wanted` in it. */
function checkAnswer(socket: Socket, before: number, wanted: Partial<ServerMessage>): void {
  const answer = JSON.parse(socket.answer) as Record<string, unknown>
  if (socket.answers !== before + 1) throw new Error(`${socket.answers - before} answers`)
  for (const [key, value] of Object.entries(wanted))
    if (answer[key] !== value) throw new Error(`answered ${socket.answer}, not ${JSON.stringify(wanted)}`)
}
