import { expect, test } from 'vitest'
import { paced } from './paced.ts'

function looks(everyMs = 500) {
  let atMs = 0
  const select = paced(({ ms }: { ms: number | null }) => ms, {
    everyMs,
    isUrgent: (before, next) => (before === null) !== (next === null),
    nowMs: () => atMs,
  })
  return (at: number, ms: number | null) => {
    atMs = at
    return select({ ms })
  }
}

test('what moves ten times a second is taken twice a second', () => {
  const look = looks()
  const shown = Array.from({ length: 21 }, (_, i) => look(i * 100, i))
  expect([...new Set(shown)]).toEqual([0, 5, 10, 15, 20])
})

test('that there is something, or nothing any more, does not wait', () => {
  const look = looks()
  expect([look(0, null), look(100, 4), look(200, 5), look(300, null)]).toEqual([null, 4, 4, null])
})

test('the same snapshot gives the same value, however late it is asked', () => {
  let atMs = 0
  const select = paced(({ ms }: { ms: number }) => ({ ms }), {
    ...{ everyMs: 500, isUrgent: () => false },
    nowMs: () => atMs,
  })
  const snapshot = { ms: 1 }
  const first = select(snapshot)
  atMs = 10_000
  expect(select(snapshot)).toBe(first)
})
