import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Laps } from './laps.ts'

test('where nothing is sent again, the line is the positions', () => {
  const laps = new Laps()
  laps.sent(100, 1)
  expect(laps.toLine(100)).toBe(100)
  expect(laps.received(80, 1)).toBe(80)
})

test('sent again is sent on', () => {
  const laps = new Laps()
  laps.turn(600, 1000, 10)
  expect(laps.toLine(600)).toBe(1000)
  expect(laps.fromLine(1100)).toBe(700)
})

test('a receipt from before the turn is of the lap before, one from after it is told by its packets', () => {
  const laps = new Laps()
  laps.turn(600, 1000, 10)
  laps.sent(laps.toLine(700), 11)
  laps.sent(laps.toLine(800), 12)
  // Position 950 is beyond anything of this lap, whichever it is of.
  expect(laps.received(950, 9)).toBe(950)
  expect(laps.received(1000, 10)).toBe(1000)
  expect(laps.received(1000, 11)).toBe(laps.toLine(700))
  expect(laps.received(800, 12)).toBe(laps.toLine(800))
})

test('beyond where it turned, positions tell again', () => {
  const laps = new Laps()
  laps.turn(600, 1000, 10)
  laps.sent(laps.toLine(1100), 15)
  laps.received(1100, 15)
  laps.sent(laps.toLine(1300), 17)
  expect(laps.received(1200, 16)).toBe(laps.toLine(1200))
})

test('what has come never goes back and is never more than was sent, however often it turns', () => {
  const step = fc.record({
    frames: fc.integer({ min: 1, max: 50 }),
    back: fc.nat(400),
    turns: fc.nat(9),
    delay: fc.nat(8),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), fc.boolean(), (steps, resets) => {
      const laps = new Laps()
      // What the page would say after each packet, and where that is on the line.
      const sent = [{ position: 0, line: 0 }]
      let position = 0
      let newest = 0
      let come = 0
      let received = 0
      for (const { frames, back, turns, delay } of steps) {
        const line = laps.toLine(position)
        if (turns === 0 && back > 0) {
          position = Math.max(0, position - back)
          laps.turn(position, line, sent.length - 1)
          if (resets) newest = position
        }
        position += frames
        newest = Math.max(newest, position)
        laps.sent(laps.toLine(position), sent.length)
        sent.push({ position: newest, line: laps.toLine(position) })
        come = Math.max(come, sent.length - 1 - delay)
        const now = laps.received((sent[come] as { position: number }).position, come)
        expect(now).toBeGreaterThanOrEqual(received)
        expect(now).toBe((sent[come] as { line: number }).line)
        received = now
      }
    }),
  )
})
