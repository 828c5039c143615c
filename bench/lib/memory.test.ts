import { expect, test } from 'vitest'
import { firstAndLastMb, mappings, ownMb, residentTogetherMb, rssMb } from './memory.ts'

const SMAPS = `00400000-00800000 r-xp 00000000 08:01 1234    /usr/bin/node
Rss:                 300 kB
Anonymous:             0 kB
00900000-00a00000 rw-p 00500000 08:01 1234    /usr/bin/node
Rss:                  50 kB
Anonymous:            20 kB
7f00-8f00 rw-p 00000000 00:00 0
Rss:                 400 kB
Anonymous:           400 kB
`

test('pages of files are told apart from those a process has for itself', () => {
  const { anonymousKib, filesKib } = mappings(SMAPS)
  expect(anonymousKib).toBe(420)
  expect([...filesKib]).toEqual([['/usr/bin/node', 330]])
})

test('a process counted twice has its shared pages once', () => {
  const once = residentTogetherMb([process.pid])
  expect(Math.abs(once / rssMb(process.pid) - 1)).toBeLessThan(0.1)
  expect(residentTogetherMb([process.pid, process.pid])).toBeLessThan(2 * once)
})

test('what a process takes for itself is seen, and pages of files are not in it', () => {
  const before = ownMb(process.pid)
  const taken = Buffer.alloc(64_000_000, 1)
  expect(ownMb(process.pid) - before).toBeGreaterThan(0.9 * (taken.length / 1e6))
  expect(ownMb(process.pid)).toBeLessThan(rssMb(process.pid))
})

test('of a process that has ended nothing is known', () => {
  const ended = 2 ** 22 + 1
  expect([ownMb(ended), rssMb(ended), residentTogetherMb([process.pid, ended])]).toEqual(
    Array(3).fill(Number.NaN),
  )
})

test('where readings began and ended is told by a fifth of them, whatever a single one is', () => {
  const readings = [50, 90, 50, 60, 60, 60, 60, 60, 60, 60, 60, 60, 55, 5, 55]
  expect(firstAndLastMb(readings)).toEqual({ firstMb: 50, lastMb: 55 })
  expect(firstAndLastMb([50, 55])).toEqual({ firstMb: 50, lastMb: 55 })
  expect(firstAndLastMb([])).toEqual({ firstMb: Number.NaN, lastMb: Number.NaN })
})
