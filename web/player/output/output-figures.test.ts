// Asking a context of its output does no harm, in no engine.
import { afterEach, expect, test, vi } from 'vitest'
import { FakeContext } from './fake-audio.ts'
import { OutputFigures } from './output-figures.ts'
import { readsBlockAudio } from './reads-block-audio.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

function start() {
  const context = new FakeContext()
  return { context, figures: new OutputFigures(context as unknown as AudioContext) }
}

test('where reads are harmless, each look has what the context says at that moment, and read-outs ask nothing', () => {
  const { context, figures } = start()
  expect(figures.take(100)).toMatchObject({ nowMs: 100, baseLatencyS: 0.003, outputLatencyS: 0.02 })
  context.outputLatencyS = 0.03
  expect(figures.device.outputLatency).toBe(0.02)
  expect(figures.take(200)).toMatchObject({ nowMs: 200, outputLatencyS: 0.03 })
  expect(figures.device).toMatchObject({ baseLatency: 0.003, outputLatency: 0.03 })
  expect(context.asked).toEqual({ outputLatency: 2, timestamp: 2 })
})

test('where reads block the audio nothing is ever asked, and the device is unknown', () => {
  vi.stubGlobal('mozInnerScreenX', 0)
  const { context, figures } = start()
  for (let nowMs = 0; nowMs < 60_000; nowMs += 100) {
    const reading = figures.take(nowMs)
    expect(reading).toEqual({ contextTimeS: 0, performanceMs: 0, nowMs, baseLatencyS: 0.003 })
    expect(figures.device.outputLatency).toBeUndefined()
  }
  expect(context.asked).toEqual({ outputLatency: 0, timestamp: 0 })
})

test('the mark is one that only Gecko has', () => {
  expect(readsBlockAudio({})).toBe(false)
  expect(readsBlockAudio({ mozInnerScreenX: 0 })).toBe(true)
})
