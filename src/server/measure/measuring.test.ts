import { EventEmitter } from 'node:events'
import { describe, expect, test } from 'vitest'
import type { MarkerNews } from '../../shared/capture-messages.ts'
import { emptyHeader } from '../../shared/wire/packet.ts'
import type { SupervisorEvents } from '../capture-supervisor.ts'
import { FakeSocket } from '../fixtures/fake-socket.ts'
import { zeroCounters } from '../streaming/counters.ts'
import { Listener } from '../streaming/listener.ts'
import { type MeasureError, Measuring, PAUSE_MS } from './measuring.ts'

const PACKET = Buffer.alloc(8)

class FakeCapture extends EventEmitter<SupervisorEvents> {
  plays = true
  asked = 0
  putMarker(): boolean {
    this.asked++
    return this.plays
  }
  says(news: MarkerNews): void {
    this.emit('marker', news)
  }
  packet(position: number): void {
    this.emit('packet', PACKET, { ...emptyHeader(), streamId: 3, position, frames: 128 })
  }
}

function setup({ sendMs = 60_000 } = {}) {
  const capture = new FakeCapture()
  const socket = new FakeSocket()
  const listener = new Listener(socket, socket, zeroCounters())
  listener.begin(3, 44_100)
  const clock = { us: 1_000_000 }
  const measuring = new Measuring({ capture, nowUs: () => clock.us, sendMs })
  const put = (position: number) =>
    capture.says({ kind: 'marker', stage: 'put', position, captureUs: 10, mixedUs: 20, handedUs: 30 })
  /** The whole way of a marker at 1280. */
  const goes = () => {
    capture.says({ kind: 'marker', stage: 'planned', position: 1280 })
    capture.packet(1152)
    clock.us = 2_000_000
    capture.packet(1280)
    put(1280)
    clock.us = 3_000_000
    listener.sendAudio(PACKET, 1280, 1408, 1)
  }
  return { capture, socket, listener, clock, measuring, put, goes }
}

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'measured',
    (error: MeasureError) => error.reason,
  )

describe('a measurement', () => {
  test('says when the marker was where', async () => {
    const { measuring, listener, goes } = setup()
    const measured = measuring.measure(listener)
    goes()
    expect(await measured).toEqual({
      ...{ streamId: 3, position: 1280, captureUs: 10, mixedUs: 20, handedUs: 30 },
      ...{ receivedUs: 2_000_000, sentUs: 3_000_000 },
    })
  })

  test('tells its listener of the marker before it is sent anything of it', async () => {
    const { capture, measuring, listener, socket, clock, put } = setup()
    const measured = measuring.measure(listener)
    // As in the product, what is sent is sent because of the packet, by who heard of packets before.
    capture.says({ kind: 'marker', stage: 'planned', position: 1280 })
    capture.on('packet', (_, { position }) => listener.sendAudio(PACKET, position, position + 128, 1))
    for (const position of [1024, 1152, 1280]) {
      clock.us++
      capture.packet(position)
    }
    put(1280)
    await measured
    const told = socket.sent.findIndex((one) => typeof one === 'string')
    expect(socket.told).toMatchObject([{ type: 'marker', streamId: 3, position: 1280 }])
    expect(told).toBe(0)
    expect(socket.frames).toHaveLength(3)
  })

  test('of a listener who is sent the past waits until it is sent that', async () => {
    const { measuring, listener, clock, goes } = setup()
    listener.place.begin({ delayMs: 0, segments: [{ from: 0, shift: 44_100, muted: false }] }, false)
    listener.place.goTo(0)
    const measured = measuring.measure(listener)
    goes()
    clock.us = 4_000_000
    listener.sendAudio(PACKET, 1280 + 44_100, 1408 + 44_100, 1)
    expect((await measured).sentUs).toBe(4_000_000)
  })

  test('whose sound is left out for its listener ends at once', async () => {
    const { measuring, listener, capture } = setup()
    const measured = measuring.measure(listener)
    capture.says({ kind: 'marker', stage: 'planned', position: 1280 })
    capture.packet(1152)
    listener.sendAudio(PACKET, 4000, 4128, 1)
    expect(await refusal(measured)).toBe('not-sent')
  })

  test('is one at a time, with a pause after it', async () => {
    const { measuring, listener, clock, capture, goes } = setup()
    const first = measuring.measure(listener)
    expect(await refusal(measuring.measure(listener))).toBe('busy')
    goes()
    await first
    expect(await refusal(measuring.measure(listener))).toBe('too-soon')
    expect(capture.asked).toBe(1)
    clock.us += PAUSE_MS * 1000
    const second = measuring.measure(listener)
    goes()
    expect(await refusal(second)).toBe('measured')
  })

  test('without a source is refused at once', async () => {
    const { measuring, listener, capture } = setup()
    capture.plays = false
    expect(await refusal(measuring.measure(listener))).toBe('no-source')
  })

  test('is tried again when the source has a gap where the marker was to begin', async () => {
    const { measuring, listener, capture, socket, goes } = setup()
    const measured = measuring.measure(listener)
    capture.says({ kind: 'marker', stage: 'planned', position: 640 })
    capture.packet(128)
    capture.says({ kind: 'marker', stage: 'lost', position: 768 })
    goes()
    expect((await measured).position).toBe(1280)
    expect(socket.told).toMatchObject([{ position: 640 }, { position: 1280 }])
  })

  test('is not tried for ever', async () => {
    const { measuring, listener, capture } = setup()
    const lost = measuring.measure(listener)
    for (let i = 0; i < 4; i++) capture.says({ kind: 'marker', stage: 'lost', position: 1280 })
    expect(await refusal(lost)).toBe('marker-lost')
    expect(capture.asked).toBe(4)
  })

  test('ends when the source goes away', async () => {
    const { measuring, listener, capture } = setup()
    const gone = measuring.measure(listener)
    capture.emit('down', 'The capture process ended.', 250)
    expect(await refusal(gone)).toBe('source-lost')
  })

  test('is tried again when the packet of the marker had come before the news of it', async () => {
    const { measuring, listener, capture, put, goes } = setup()
    const measured = measuring.measure(listener)
    capture.packet(640)
    capture.says({ kind: 'marker', stage: 'planned', position: 640 })
    capture.packet(768)
    put(640)
    expect(capture.asked).toBe(2)
    goes()
    expect((await measured).position).toBe(1280)
  })

  test('ends when the marker is not sent in time, and leaves nobody listening for it', async () => {
    const { measuring, listener, capture } = setup({ sendMs: 1 })
    expect(await refusal(measuring.measure(listener))).toBe('not-sent')
    expect(capture.eventNames()).toEqual([])
    expect(listener.watched).toBeUndefined()
  })
})
