import { expect, test } from 'vitest'
import { tone } from '../../test/studio/signal.ts'
import { findGlitches } from './glitches.ts'
import { testimony } from './witness.ts'

const FRAMES = 128
const START_MS = 5000
const sound = Int16Array.from(tone(997, 4), (x) => x * 32_768)

/** Packets of a tone; `lost`: of this the device said nothing, `told`: it did, `missing`: this was not sent. */
function pieces({ lost = -1, told = -1, missing = -1, at = 70_000 } = {}) {
  const all = []
  let position = at
  let sequence = 0
  for (let i = 0; (i + 1) * FRAMES <= sound.length; i++) {
    if (i === lost) continue
    if (i === told) {
      position += FRAMES
      continue
    }
    const left = sound.slice(i * FRAMES, (i + 1) * FRAMES)
    if (i !== missing)
      all.push({ sequence, position, captureUs: (START_MS + 1000 + (i * FRAMES) / 44.1) * 1000, left })
    position += FRAMES
    sequence++
  }
  return all
}

test('a stream lies where it was captured, a tenth of a second later', () => {
  const { left, holes } = testimony(pieces(), START_MS, 300_000)
  const { fromMs, episodes } = findGlitches(left)
  expect(fromMs).toBeCloseTo(1000 + 100 + 60, -1)
  expect(episodes).toEqual([])
  expect(holes.map(({ fromFrame, toFrame }) => [fromFrame, toFrame])).toEqual([
    [Number.NEGATIVE_INFINITY, expect.closeTo(1100 * 44.1, -1)],
    [expect.closeTo(5100 * 44.1, -3), Number.POSITIVE_INFINITY],
  ])
})

test('what the device lost is heard, and nothing is missing; what was not sent is missing', () => {
  const lost = testimony(pieces({ lost: 600 }), START_MS, 300_000)
  expect(findGlitches(lost.left).episodes).toHaveLength(1)
  expect(lost.holes).toHaveLength(2)
  const told = testimony(pieces({ told: 600 }), START_MS, 300_000)
  expect(findGlitches(told.left).episodes).toHaveLength(1)
  expect(told.holes).toHaveLength(2)
  const missing = testimony(pieces({ missing: 600 }), START_MS, 300_000)
  expect(findGlitches(missing.left).episodes).toHaveLength(1)
  expect(missing.holes).toHaveLength(3)
})

test('what was captured before the recording began, or after it, is not in it', () => {
  const { left } = testimony(pieces(), START_MS + 2000, 44_100)
  expect(left[0]).not.toBe(0)
  expect(left).toHaveLength(44_100)
})
