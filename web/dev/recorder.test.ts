import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { OnArrivals } from '../player/playback.ts'
import { readStats, type Stats } from '../player/stats.ts'
import { Recorder } from './recorder.ts'
import type { Column } from './series.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const PLAYING: Stats = {
  ...readStats({ state: 'playing', control: undefined, device: undefined, stream: undefined }),
  ...{ streamId: 7, rateHz: 44_100, targetMs: 12 },
}

function setup() {
  const told: { stats: Stats; hear: OnArrivals | undefined } = { stats: PLAYING, hear: undefined }
  const stats = vi.fn(() => told.stats)
  const tellArrivals = (hear: OnArrivals | undefined) => {
    told.hear = hear
  }
  const recorder = new Recorder({ stats, tellArrivals }, () => Date.now())
  return { recorder, told, stats }
}

function targets(recorder: Recorder): Column {
  const column: Column = []
  recorder.series.read('targetMs', 0, column)
  return column
}

test('nothing is looked at while nobody is subscribed', () => {
  const { recorder, stats } = setup()
  stats.mockClear()
  vi.advanceTimersByTime(5000)
  expect(stats).not.toHaveBeenCalled()
  const unsubscribe = recorder.store.subscribe(() => {})
  vi.advanceTimersByTime(1000)
  expect(stats).toHaveBeenCalledTimes(10)
  unsubscribe()
  vi.advanceTimersByTime(5000)
  expect(stats).toHaveBeenCalledTimes(10)
})

test('a time nobody looked is a gap in the line, and what happened in it is no event', () => {
  const { recorder, told } = setup()
  recorder.store.subscribe(() => {})()
  const unsubscribe = recorder.store.subscribe(() => {})
  vi.advanceTimersByTime(200)
  unsubscribe()
  told.stats = { ...PLAYING, resyncs: 5 }
  vi.advanceTimersByTime(5000)
  recorder.store.subscribe(() => {})
  vi.advanceTimersByTime(600)
  expect(targets(recorder)).toEqual([null, null, 12, 12, null, 12, 12, 12, 12, 12, 12])
  expect(recorder.store.snapshot().events).toEqual([])
})

test('subscribers are told once a second, and of events then', () => {
  const { recorder, told } = setup()
  const listener = vi.fn()
  recorder.store.subscribe(listener)
  vi.advanceTimersByTime(900)
  told.stats = { ...PLAYING, resyncs: 1 }
  vi.advanceTimersByTime(1100)
  expect(listener).toHaveBeenCalledTimes(2)
  expect(recorder.store.snapshot().events.map(({ kind }) => kind)).toEqual(['resync'])
})

test('arrivals are recorded with no panel open, until they are not wanted any more', () => {
  const { recorder, told } = setup()
  expect(recorder.startTape()).toBe(true)
  told.hear?.(Float64Array.of(0, 5, 128, 6))
  told.hear?.(Float64Array.of(256, 7))
  vi.advanceTimersByTime(1000)
  expect(recorder.store.snapshot().tape).toEqual({
    ...{ recording: true, seconds: 256 / 44_100, packets: 3, bytes: 48, ended: undefined },
  })
  recorder.stopTape()
  expect(told.hear).toBeUndefined()
  expect(recorder.store.snapshot().tape?.recording).toBe(false)
  expect([...(recorder.tape?.toTrace('x') ?? [])].join('')).toContain('\n2 7.000\n')
})

test('a recording ends by itself with its stream', () => {
  const { recorder, told } = setup()
  recorder.startTape()
  told.stats = { ...PLAYING, streamId: 8 }
  vi.advanceTimersByTime(100)
  expect(recorder.store.snapshot().tape).toMatchObject({ recording: false, ended: 'other-stream' })
  expect(told.hear).toBeUndefined()
})

test('without a stream there is nothing to record', () => {
  const { recorder, told } = setup()
  told.stats = { ...PLAYING, rateHz: null }
  expect(recorder.startTape()).toBe(false)
  expect(recorder.store.snapshot().tape).toBeUndefined()
})
