import { describe, expect, test } from 'vitest'
import { majority, overlap } from './majority.ts'

const answer = (lineMs: number, errorMs = 10) => ({ lineMs, errorMs })

describe('of several answers', () => {
  test('those that have a time in common win, and the liar is named', () => {
    const [a, b, liar] = [answer(1000), answer(1012), answer(11_000)]
    expect(majority([liar, a, b])).toEqual({ agreed: [a, b], outvoted: [liar] })
  })

  test('two who agree are not more than half of four', () => {
    expect(majority([answer(0), answer(500), answer(9000), answer(9001)])).toBeUndefined()
  })

  test('two that contradict each other are no majority', () => {
    expect(majority([answer(0), answer(10_000)])).toBeUndefined()
  })

  test('none and one are what they are', () => {
    expect(majority([])).toBeUndefined()
    expect(majority([answer(7)])?.agreed).toHaveLength(1)
  })

  test('one who is unsure of everything makes nobody right', () => {
    const [unsure, a, b, c] = [answer(5000, 1400), answer(0), answer(3), answer(6)]
    expect(majority([unsure, a, b, c])).toEqual({ agreed: [a, b, c], outvoted: [unsure] })
  })

  test('a chain whose ends do not meet is not one opinion', () => {
    // Neighbours overlap; no time is in more than two of the four.
    expect(majority([answer(0), answer(25), answer(50), answer(75)])).toBeUndefined()
  })

  test('it counts at real sizes, where a line is larger than 1e12 ms', () => {
    const nowMs = 1.79e12
    const [a, b, liar] = [answer(nowMs + 0.3, 0.4), answer(nowMs, 0.4), answer(nowMs - 60, 0.4)]
    expect(majority([a, liar, b])?.outvoted).toEqual([liar])
  })
})

test('two may both be right when their errors meet', () => {
  expect(overlap(answer(0), answer(20))).toBe(true)
  expect(overlap(answer(0), answer(31))).toBe(false)
})
