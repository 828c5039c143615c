import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ControlBlock, createControlBlock } from '../../../src/shared/ring/control-block.ts'
import { MeterLoop } from './meter-loop.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function setUp() {
  const painted: [number, number, number][] = []
  const tell = vi.fn()
  const rest = vi.fn()
  const update = (...peaks: [number, number, number]) => painted.push(peaks) > 0
  const memory = createControlBlock()
  return { loop: new MeterLoop({ update, rest }, tell), painted, tell, rest, memory }
}

test('it paints what the audio thread wrote, and tells the highest of it', () => {
  const { loop, painted, tell, memory } = setUp()
  const worklet = new ControlBlock(memory, 0)
  loop.run({ memory, everyMs: 50 })
  worklet.set('peakLeft', 0.5)
  vi.advanceTimersByTime(50)
  expect(painted).toEqual([[0.5, 0, 50]])
  worklet.set('peakLeft', 0.1)
  vi.advanceTimersByTime(2000)
  expect(painted.at(-1)).toEqual([0.1, 0, 50])
  expect(tell).toHaveBeenCalledExactlyOnceWith(0.5)
})

test('of two outputs it shows the one that is heard', () => {
  const { loop, painted, memory } = setUp()
  new ControlBlock(memory, 0).set('peakRight', 0.2)
  new ControlBlock(memory, 1).set('peakRight', 0.8)
  loop.run({ memory, everyMs: 50 })
  vi.advanceTimersByTime(50)
  new ControlBlock(memory).set('bank', 1)
  vi.advanceTimersByTime(50)
  expect(painted.map(([, right]) => right)).toEqual([0.2, 0.8])
})

test('another listening takes the place of the one before', () => {
  const { loop, painted, memory } = setUp()
  loop.run({ memory, everyMs: 50 })
  loop.run({ memory: createControlBlock(), everyMs: 50 })
  new ControlBlock(memory, 0).set('peakLeft', 1)
  vi.advanceTimersByTime(100)
  expect(painted.map(([left]) => left)).toEqual([0, 0])
})

test('while nobody looks it stands still, and at rest it is dark', () => {
  const { loop, painted, rest, memory } = setUp()
  loop.run({ memory, everyMs: 50 })
  loop.hold()
  vi.advanceTimersByTime(1000)
  expect(painted).toEqual([])
  expect(rest).not.toHaveBeenCalled()
  loop.run({ memory, everyMs: 50 })
  loop.rest()
  vi.advanceTimersByTime(1000)
  expect([painted.length, rest.mock.calls.length, vi.getTimerCount()]).toEqual([0, 1, 0])
})
