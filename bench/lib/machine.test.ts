import { expect, test } from 'vitest'
import { processorTimes, stolenPercent } from './machine.ts'
import { formatReport, makeReport } from './report.ts'

const stat = (fields: string) => `cpu  ${fields}\ncpu0 1 1 1 1 1 1 1 1 0 0\n`

test('busy is what was done here, without waiting; stolen is counted by itself', () => {
  expect(processorTimes(stat('100 2 30 5000 70 4 5 60 9 9'))).toEqual({ busyMs: 1410, stolenMs: 600 })
  expect(processorTimes(stat('100 2 30 5000'))).toEqual({ busyMs: 1320, stolenMs: 0 })
})

test('stolen is a part of what was asked for meanwhile, not of all the time there was', () => {
  const before = { busyMs: 1000, stolenMs: 500 }
  expect(stolenPercent(before, { busyMs: 1300, stolenMs: 600 })).toBe(25)
  expect(stolenPercent(before, before)).toBe(0)
})

test('a report says what was stolen where that is known, and nothing where it is not', () => {
  const report = makeReport('x', [], [])
  const told = (share: number | null) =>
    formatReport({ ...report, machine: { ...report.machine, stolenPercent: share } }).split('\n')[0]
  expect(told(18.2)).toMatch(/, 18\.2 % of its time stolen by the host$/)
  expect(told(null)).not.toContain('stolen')
})
