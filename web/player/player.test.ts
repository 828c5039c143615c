import { expect, test, vi } from 'vitest'
import { ControlBlock, createControlBlock, type Slot } from '../../src/shared/ring/control-block.ts'
import { findObstacle } from './capability.ts'
import { Player } from './player.ts'
import { playerState } from './player-state.ts'
import { PolledStore } from './polled-store.ts'
import { readStats } from './stats.ts'

const ABLE = {
  isSecureContext: true,
  crossOriginIsolated: true,
  location: { protocol: 'http:', host: '10.0.0.4:8080', port: '8080' },
  AudioContext: 1,
  AudioWorkletNode: 1,
  SharedArrayBuffer: 1,
  WebSocket: 1,
  Worker: 1,
}

test('an able browser meets no obstacle', () => {
  expect(findObstacle(ABLE)).toBeUndefined()
})

test.each([
  [
    { isSecureContext: false, SharedArrayBuffer: undefined },
    'This page needs https',
    'http://localhost:8080',
  ],
  [{ AudioWorkletNode: undefined }, 'This browser can not play live sound', 'Update this browser'],
  [{ Worker: undefined }, 'This browser can not receive live sound', 'Update this browser'],
  [{ crossOriginIsolated: false }, 'Something between you and Backline changes this page', 'reverse proxy'],
  [{ SharedArrayBuffer: undefined }, 'This browser can not play with a short delay', 'Update this browser'],
])('%j is told with a remedy', (change, title, remedy) => {
  const obstacle = findObstacle({ ...ABLE, ...change })
  expect(obstacle?.title).toBe(title)
  expect(obstacle?.remedies.join()).toContain(remedy)
})

test('a rung there is not is refused before anything is asked of the server', () => {
  const player = new Player(ABLE)
  expect(() => player.setRung('loud' as 'auto')).toThrow(RangeError)
  expect(() => player.listen({ rung: 'mp3' as 'auto' })).toThrow(RangeError)
  player.setRung('opus-96')
  expect(player.stats().link.wish).toBe('opus-96')
})

test('one word for every combination', () => {
  expect(playerState(undefined, undefined, false)).toBe('connecting')
  expect(playerState({ phase: 'connecting', again: false }, undefined, false)).toBe('connecting')
  expect(playerState({ phase: 'connected' }, undefined, false)).toBe('buffering')
  expect(playerState({ phase: 'connected' }, undefined, true)).toBe('playing')
  expect(playerState({ phase: 'waiting', why: 'lost', retryAtMs: 1 }, undefined, true)).toBe('reconnecting')
  expect(playerState({ phase: 'connecting', again: true }, undefined, true)).toBe('reconnecting')
  expect(playerState({ phase: 'refused' }, undefined, false)).toBe('failed')
  expect(playerState({ phase: 'connected' }, 'broken', true)).toBe('failed')
})

function playing(change: Partial<Record<Slot, number>> = {}) {
  const control = new ControlBlock(createControlBlock())
  const slots: Partial<Record<Slot, number>> = { playing: 1, delayFrames: 441, ...change }
  for (const [slot, value] of Object.entries(slots)) control.set(slot as Slot, value)
  return control
}

test('figures of the device, and counters across a change of output', () => {
  const stats = readStats({
    state: 'playing',
    control: playing({
      burstFrames: 220.5,
      resyncs: 1,
      resyncsBefore: 2,
      underrunEpisodes: 3,
      concealedFramesBefore: 441,
    }),
    device: { baseLatency: 0.003, outputLatency: 0.005, playbackStats: { underrunEvents: 2 } },
    stream: { streamId: 7, rateHz: 44_100 },
    latency: { capture: 3, network: 1, buffer: 8, output: 8, total: 20, errorMs: 2 },
  })
  expect(stats.latencyMs).toEqual({ capture: 3, network: 1, buffer: 8, output: 8, total: 20, errorMs: 2 })
  expect(stats.bufferMs).toBe(10)
  expect(stats.device).toEqual({ baseLatencyMs: 3, outputLatencyMs: 5, burstMs: 5, underruns: 2 })
  expect(stats).toMatchObject({ resyncs: 3, underruns: { episodes: 3, concealedMs: 10 } })
})

test('the rung, the link and the decoder are those of the listening', () => {
  const stats = readStats({
    state: 'playing',
    control: playing({
      deliveredKbps: 140,
      gapsAnnounced: 7,
      decoderReady: 1,
      decoderErrors: 2,
      decoderQueued: 3,
      decoderDropped: 4,
    }),
    device: undefined,
    stream: { streamId: 7, rateHz: 44_100 },
    rung: 'opus-128',
    wish: 'auto',
    linkState: {
      ...{ type: 'link_state', rung: 'opus-128', wish: 'auto', inFlightMs: 12, skipping: true },
      ...{ packetsSent: 9, packetsSkipped: 5, switches: 6, batch: 2 },
    },
  })
  expect(stats.rung).toBe('opus-128')
  expect(stats.link).toEqual({
    ...{ wish: 'auto', inFlightMs: 12, skipping: true, packetsSkipped: 5, switches: 6, batch: 2 },
    deliveredKbps: 140,
    gapsAnnounced: 7,
  })
  expect(stats.decoder).toEqual({ ready: true, errors: 2, queued: 3, dropped: 4 })
})

test('a rate that is not known is null', () => {
  const control = playing({ deliveredKbps: Number.NaN })
  const stream = { streamId: 7, rateHz: 44_100 }
  expect(
    readStats({ state: 'reconnecting', control, device: undefined, stream }).link.deliveredKbps,
  ).toBeNull()
})

test('what is not known is null, never invented', () => {
  const idle = readStats({ state: 'idle', control: undefined, device: undefined, stream: undefined })
  const nothing = { capture: null, network: null, buffer: null, output: null, total: null, errorMs: null }
  expect(idle).toMatchObject({ rung: null, streamId: null, targetMs: null, ppm: null, latencyMs: nothing })
  const unknown = readStats({
    state: 'playing',
    control: playing(),
    device: { baseLatency: 0.003, outputLatency: 0 },
    stream: { streamId: 7, rateHz: 44_100 },
  })
  expect(unknown.latencyMs).toEqual(nothing)
  expect(unknown.device).toMatchObject({ baseLatencyMs: 3, outputLatencyMs: null, underruns: null })
  expect(idle.device.burstMs).toBeNull()
})

test('the store polls only while somebody looks, and keeps its snapshot while nothing changes', () => {
  vi.useFakeTimers()
  let value = 1
  let reads = 0
  const store = new PolledStore(() => {
    reads++
    return { value }
  })
  vi.advanceTimersByTime(1000)
  expect(reads).toBe(1)
  const first = store.snapshot()
  const heard = vi.fn()
  const leave = store.subscribe(heard)
  vi.advanceTimersByTime(1000)
  expect(reads).toBe(11)
  expect(store.snapshot()).toBe(first)
  value = 2
  vi.advanceTimersByTime(100)
  expect(heard).toHaveBeenCalledTimes(1)
  expect(store.snapshot()).toEqual({ value: 2 })
  leave()
  vi.advanceTimersByTime(1000)
  expect(reads).toBe(12)
  vi.useRealTimers()
})
