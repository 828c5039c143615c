import { expect, test } from 'vitest'
import { readOptions } from './options.ts'
import { atMost, atMostIfKnown, formatReport, makeReport } from './report.ts'
import { percentile, slope } from './statistics.ts'

test('a budget that could not be measured is missed, unless not knowing was allowed', () => {
  expect(atMost('p50', Number.NaN, 45, 'ms')).toMatchObject({ ok: false, value: null })
  expect(atMost('p50', 45, 45, 'ms').ok).toBe(true)
  expect(atMostIfKnown('underruns', null, 0, '')).toMatchObject({ ok: true, value: null })
  expect(makeReport('x', [atMost('p50', 46, 45, 'ms')], []).ok).toBe(false)
})

test('a report for people has one table per kind of row and says what is over', () => {
  const text = formatReport(
    makeReport('x', [atMost('p50', 46, 45, 'ms')], [{ row: 'a', ms: 1 }, { row: 'b', ms: 10 }, { cpu: 3 }]),
  )
  expect(text).toContain('row  ms\na     1\nb    10\n\ncpu\n  3\n')
  expect(text).toContain('OVER BUDGET')
})

test('options keep the type of their default, and what is not known is refused', () => {
  const specs = {
    seconds: { fallback: 60, explain: '' },
    midi: { fallback: false, explain: '' },
    browser: { fallback: 'chromium', explain: '' },
  } as const
  expect(readOptions(specs, ['--seconds', '5', '--midi'])).toEqual({
    seconds: 5,
    midi: true,
    browser: 'chromium',
  })
  expect(() => readOptions(specs, ['--seconds', 'many'])).toThrow('wants a number')
  expect(() => readOptions(specs, ['--minutes', '1'])).toThrow('minutes')
})

test('percentiles are by nearest rank; a slope is per x', () => {
  expect([0, 0.5, 0.95, 1].map((share) => percentile([4, 1, 3, 2], share))).toEqual([1, 2, 4, 4])
  expect(slope([0, 1, 2], [5, 7, 9])).toBe(2)
})
