import { expect, test } from 'vitest'
import { Hold, MOST_HELD_BYTES } from './hold.ts'

const RATE = 1000

/** A message of so many frames is told by its number, which is where it begins. */
function setup() {
  const played: (number | string)[] = []
  const skips: number[] = []
  const hold = new Hold({
    play: (message) => played.push(new DataView(message).getFloat64(0)),
    playSegment: ({ from, shift, muted }) => played.push(`${from} ${shift}${muted ? ' muted' : ''}`),
    skips: () => skips.push(played.length),
  })
  hold.begin(RATE)
  const push = (from: number, frames = 100, bytes = 8) => {
    const message = new ArrayBuffer(bytes)
    new DataView(message).setFloat64(0, from)
    hold.push(message, { from, to: from + frames })
  }
  return { hold, push, played, skips }
}

test('what is held is played in order, and not before it is due', () => {
  const { hold, push, played } = setup()
  for (let from = 0; from < 1000; from += 100) push(from)
  hold.release(350)
  expect(played).toEqual([0, 100, 200, 300])
  expect(hold.frames).toBe(600)
  expect(hold.to).toBe(1000)
  hold.release(Number.POSITIVE_INFINITY)
  expect(played).toHaveLength(10)
  expect(hold.empty).toBe(true)
  expect(hold.to).toBe(0)
  for (let from = 0; from < 100_000; from += 100) {
    push(from)
    hold.release(from - 500)
  }
  expect(hold.frames).toBe(600)
})

test('a segment begins behind what is held of the one before, and what is held beyond it goes', () => {
  const { hold, push, played } = setup()
  for (let from = 0; from < 1000; from += 100) push(from)
  hold.segment({ from: 450, shift: 0, muted: true })
  expect(hold.to).toBe(450)
  for (let from = 400; from < 800; from += 100) push(from)
  hold.segment({ from: 700, shift: 300, muted: false })
  push(690)
  hold.release(600)
  expect(played).toEqual([0, 100, 200, 300, 400, '450 0 muted', 400, 500])
  hold.release(Number.POSITIVE_INFINITY)
  expect(played.slice(8)).toEqual([600, '700 300', 690])
})

test('a segment that takes back another leaves nothing of it', () => {
  const { hold, push, played } = setup()
  push(0)
  hold.segment({ from: 100, shift: 0, muted: true })
  push(90)
  push(190)
  hold.segment({ from: 100, shift: 0, muted: false })
  push(80)
  hold.release(Number.POSITIVE_INFINITY)
  expect(played).toEqual([0, '100 0', 80])
})

test('with nothing held a segment is played at once; what is sent again is held once', () => {
  const { hold, push, played } = setup()
  hold.segment({ from: 0, shift: 0, muted: false })
  expect(played).toEqual(['0 0'])
  for (let from = 0; from < 500; from += 100) push(from)
  hold.segment({ from: 250, shift: 0, muted: false })
  push(200)
  push(300)
  hold.release(Number.POSITIVE_INFINITY)
  expect(played).toEqual(['0 0', 0, 100, 200, '250 0', 200, 300])
})

test('no more than a minute or 24 MB is held: the oldest go, and are counted', () => {
  const { hold, push, played } = setup()
  for (let from = 0; from < 61_000; from += 100) push(from)
  expect(hold.frames).toBe(60_000)
  expect(hold.dropped).toBe(10)
  for (let i = 0; i < 30; i++) push(61_000 + i, 1, 1 << 20)
  expect(hold.dropped).toBeGreaterThan(30)
  hold.release(Number.POSITIVE_INFINITY)
  expect(played.length).toBeLessThanOrEqual(MOST_HELD_BYTES >> 20)
  expect(played.at(-1)).toBe(61_029)
})

test('what is not wanted any more is skipped, and a segment that began in it is not', () => {
  const { hold, push, played, skips } = setup()
  push(0)
  hold.segment({ from: 100, shift: 0, muted: true })
  push(100)
  push(200)
  hold.skipTo(250)
  hold.skipTo(250)
  hold.release(Number.POSITIVE_INFINITY)
  expect(played).toEqual(['100 0 muted', 200])
  expect(skips).toEqual([1])
})
