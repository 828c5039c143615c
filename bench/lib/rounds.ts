import { median } from './statistics.ts'

/**
 * By how much `during` differs from `without`, taken in turn: `without[i]` before `during[i]`, `without[i + 1]` after it. Each is held
 * against the middle of its two neighbours, so that what changes slowly is in both; the median of those counts, so that what
 * happens once does not.
 */
export function changeOfRounds(without: readonly number[], during: readonly number[]): number {
  if (without.length !== during.length + 1) throw new RangeError('one more is needed without than during')
  return median(during.map((value, i) => value - ((without[i] as number) + (without[i + 1] as number)) / 2))
}
