import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { clickSound, TestClick } from './test-click.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** The server's clock is 400 ms ahead of the test's; what is heard at server time s is context time s − 5. */
function start() {
  const played: number[] = []
  const stopped: number[] = []
  const known = { clock: true, place: true }
  const beganMs = Date.now()
  const click = new TestClick({
    serverMs: () => (known.clock ? 7400 + Date.now() - beganMs : undefined),
    heardAtS: (serverMs) => (known.place ? serverMs / 1000 - 5 : undefined),
    play: (_, atS) => {
      played.push(atS)
      return () => void stopped.push(atS)
    },
  })
  return { click, played, stopped, known }
}

test('one click for every second of the server, none twice', () => {
  const { click, played } = start()
  click.set(true)
  expect(played).toEqual([3, 4])
  vi.advanceTimersByTime(5000)
  expect(played).toEqual([3, 4, 5, 6, 7, 8, 9])
  click.set(false)
  vi.advanceTimersByTime(5000)
  expect(played).toHaveLength(7)
})

test('switched off, what was scheduled is taken back', () => {
  const { click, stopped } = start()
  click.set(true)
  click.set(false)
  expect(stopped).toEqual([3, 4])
})

test('a trim that changes places the clicks anew', () => {
  const { click, played, stopped } = start()
  click.set(true)
  click.again()
  vi.advanceTimersByTime(200)
  expect(stopped).toEqual([3, 4])
  expect(played).toEqual([3, 4, 3, 4])
})

test('without a clock, or before the output is known, there is no click; it comes when they are', () => {
  const { click, played, known } = start()
  known.clock = false
  click.set(true)
  known.clock = true
  known.place = false
  vi.advanceTimersByTime(1000)
  expect(played).toEqual([])
  known.place = true
  vi.advanceTimersByTime(200)
  expect(played).toEqual([4, 5])
})

test('a server that began anew is clicked with', () => {
  const { click, played } = start()
  click.set(true)
  vi.setSystemTime(Date.now() - 6000)
  vi.advanceTimersByTime(200)
  expect(played).toEqual([3, 4, -3, -2])
})

test('the click begins at its loudest and is over in 6 ms', () => {
  const sound = clickSound(48_000)
  expect(sound).toHaveLength(288)
  expect(sound[0]).toBe(0.5)
  expect(Math.abs(sound[287] as number)).toBeLessThan(0.01)
})
