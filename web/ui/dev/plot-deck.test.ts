import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Recorder } from '../../dev/recorder.ts'
import { readStats } from '../../player/stats.ts'
import { latenessIn, PlotDeck, type View } from './plot-deck.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const STATS = readStats({ state: 'playing', control: undefined, device: undefined, stream: undefined })

function setup() {
  let windows = 0
  const stats = () => ({ ...STATS, lateness: { lastMs: ++windows, beforeMs: null, windows } })
  const recorder = new Recorder({ stats, tellArrivals: () => {} }, () => Date.now())
  const deck = new PlotDeck(recorder)
  const seen: View[] = []
  const marked: (number | undefined)[] = []
  recorder.store.subscribe(() => {})
  deck.run()
  const pointed: (number | undefined)[][] = []
  const addPlot = () => {
    const points: (number | undefined)[] = []
    pointed.push(points)
    return deck.add({
      draw: (view) => seen.push(view),
      mark: (at) => marked.push(at),
      point: (at) => points.push(at),
    })
  }
  addPlot()
  seen.length = 0
  return { deck, seen, marked, pointed, addPlot }
}

test('there are no more than four pictures a second, and one in five minutes’ view', () => {
  const { deck, seen } = setup()
  vi.advanceTimersByTime(10_000)
  expect(seen.length).toBeGreaterThan(20)
  expect(seen.length).toBeLessThanOrEqual(40)
  deck.setWindow(300)
  seen.length = 0
  vi.advanceTimersByTime(10_000)
  expect(seen.length).toBe(10)
})

test('a view ends with the newest sample, and is as long as was chosen', () => {
  const { deck } = setup()
  vi.advanceTimersByTime(5000)
  deck.setWindow(30)
  const { fromMs, toMs } = deck.view
  expect(toMs).toBe(Date.now())
  expect(toMs - fromMs).toBe(30_000)
})

test('paused, it stands still while the recording goes on, and can still be looked at closely', () => {
  const { deck, seen, marked } = setup()
  vi.advanceTimersByTime(5000)
  deck.setPaused(true)
  const { toMs } = deck.view
  const late = latenessIn(deck.view)
  seen.length = 0
  vi.advanceTimersByTime(400_000)
  expect(seen).toEqual([])
  deck.setWindow(30)
  expect(deck.view.toMs).toBe(toMs)
  expect(latenessIn(deck.view)).toEqual(late)
  deck.mark(toMs - 1000)
  deck.setPaused(false)
  expect(deck.view.toMs).toBe(Date.now())
  expect(marked.at(-1)).toBeUndefined()
})

test('a moment that is pointed at is so in all plots, also in one that comes into sight, until another window is chosen', () => {
  const { deck, seen, marked, pointed, addPlot } = setup()
  vi.advanceTimersByTime(5000)
  addPlot()
  deck.setPaused(true)
  const atMs = deck.view.toMs - 1000
  deck.point(atMs)
  addPlot()
  expect(pointed.map((points) => points.at(-1))).toEqual([atMs, atMs, atMs])
  expect(marked.slice(-3)).toEqual([atMs, atMs, atMs])
  seen.length = 0
  deck.setWindow(30)
  expect(pointed.map((points) => points.at(-1))).toEqual([undefined, undefined, undefined])
  expect(marked.slice(-3)).toEqual([undefined, undefined, undefined])
  expect(seen).toHaveLength(3)
  deck.point(atMs)
  deck.setPaused(false)
  expect(pointed.map((points) => points.at(-1))).toEqual([undefined, undefined, undefined])
})
