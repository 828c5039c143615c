// Asking a context of its output does no harm, in no engine.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ControlBlock, createControlBlock } from '../../src/shared/ring/control-block.ts'
import { FakeContext } from './fake-audio.ts'
import { OutputFigures } from './output-figures.ts'
import { readsBlockAudio } from './reads-block-audio.ts'

const RATE_HZ = 44_100

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

/** A context whose device calls back every `callbackMs`, looked at every 100 ms while time passes. */
function start({ gecko, callbackMs = 10 }: { gecko: boolean; callbackMs?: number }) {
  if (gecko) vi.stubGlobal('mozInnerScreenX', 0)
  const context = new FakeContext()
  const control = new ControlBlock(createControlBlock(), 0)
  control.set('playing', 1)
  control.set('burstFrames', (callbackMs * RATE_HZ) / 1000)
  const figures = new OutputFigures(context as unknown as AudioContext, control)
  const callbacksMs: number[] = []
  const pass = (ms: number, calls = true) => {
    for (const endMs = performance.now() + ms; performance.now() < endMs; vi.advanceTimersByTime(0.5)) {
      const nowMs = performance.now()
      if (calls && nowMs - (callbacksMs.at(-1) ?? -1000) >= callbackMs) {
        callbacksMs.push(nowMs)
        control.set('playMs', performance.timeOrigin + nowMs)
      }
      if (nowMs % 100 === 0) figures.take(RATE_HZ, nowMs)
    }
  }
  return { context, control, figures, callbacksMs, pass }
}

test('where reads are harmless, each look has what the context says at that moment', () => {
  const { context, figures, pass } = start({ gecko: false })
  pass(100)
  context.outputLatencyS = 0.03
  pass(1000)
  expect(figures.reading).toMatchObject({ baseLatencyS: 0.003, outputLatencyS: 0.03 })
  expect(figures.device).toMatchObject({ baseLatency: 0.003, outputLatency: 0.03 })
  expect(context.asked.timestampMs.length).toBeGreaterThan(9)
})

test.each([3, 10, 11.5, 23])('where they block, one read, between callbacks %d ms apart', (callbackMs) => {
  const { context, figures, callbacksMs, pass } = start({ gecko: true, callbackMs })
  pass(2900)
  expect(figures.reading).toBeUndefined()
  expect(figures.device.outputLatency).toBeUndefined()
  pass(57_100)
  for (let i = 0; i < 100; i++) expect(figures.device.outputLatency).toBe(0.02)
  expect(figures.reading).toMatchObject({ baseLatencyS: 0.003, outputLatencyS: 0.02 })
  expect(performance.now() - (figures.reading?.nowMs ?? 0)).toBeLessThan(101)
  const [readMs = Number.NaN, ...more] = context.asked.outputLatencyMs
  expect(more).toEqual([])
  expect(context.asked.timestampMs).toEqual([])
  const sinceMs = readMs - Math.max(...callbacksMs.filter((ms) => ms <= readMs))
  expect(sinceMs).toBeGreaterThanOrEqual(Math.min(3, 0.3 * callbackMs))
  expect(sinceMs).toBeLessThanOrEqual(Math.min(6, 0.6 * callbackMs))
})

test('a device whose callbacks are not seen, or all too late, is not asked and counts as unknown', () => {
  for (const calls of [true, false]) {
    const { context, control, figures, pass } = start({ gecko: true })
    pass(1000)
    if (calls) control.set('burstFrames', 0)
    pass(20_000, calls)
    expect(context.asked.outputLatencyMs).toEqual([])
    expect(figures.reading).toMatchObject({ baseLatencyS: 0.003, outputLatencyS: undefined })
  }
})

test('while nothing plays, or after the end, nothing is asked', () => {
  const { context, control, figures, pass } = start({ gecko: true })
  control.set('playing', 0)
  pass(20_000)
  expect(context.asked.outputLatencyMs).toEqual([])
  control.set('playing', 1)
  pass(2950)
  figures.close()
  pass(20_000)
  expect(context.asked.outputLatencyMs).toEqual([])
})

test('the mark is one that only Gecko has', () => {
  expect(readsBlockAudio({})).toBe(false)
  expect(readsBlockAudio({ mozInnerScreenX: 0 })).toBe(true)
})
