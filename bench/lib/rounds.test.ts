import { expect, test } from 'vitest'
import { changeOfRounds } from './rounds.ts'

test('what changes slowly is in both, and what happens once does not count', () => {
  // A machine that becomes slower, 1 a step, stands still in one round, and is later by 0.5 with what is asked about.
  const without = [10, 12, 14, 16]
  expect(changeOfRounds(without, [11.5, 13.5, 95])).toBe(0.5)
  expect(changeOfRounds(without, [11, 80, 15])).toBe(0)
})

test('a change that is in every round is one', () => {
  expect(changeOfRounds([10, 10, 10], [7, 7])).toBe(-3)
  expect(() => changeOfRounds([1], [1])).toThrow(RangeError)
})
