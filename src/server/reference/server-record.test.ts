import { expect, test } from 'vitest'
import { NtpError } from './ntp-error.ts'
import { ServerRecord } from './server-record.ts'

const BACK_OFF = { firstMs: 2000, longestMs: 600_000 }
const SAMPLE = { server: 'a', atUs: 0, lineMs: 1000, errorMs: 4, stratum: 2 }

/** How long it is left alone after each of so many failures, s. */
function waits(record: ServerRecord, fault: NtpError, times: number): number[] {
  return Array.from({ length: times }, () => {
    record.failed(fault, 0)
    return record.dueUs / 1e6
  })
}

test('a server that does not answer is left alone for 2 s, doubling to 10 min; an answer forgives all', () => {
  const record = new ServerRecord('a', BACK_OFF)
  const noAnswer = new NtpError('no-answer')
  expect(waits(record, noAnswer, 11)).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600])
  expect(record.report(0, 0)).toMatchObject({
    state: 'failing',
    failures: 11,
    fault: 'no-answer',
    offsetMs: null,
  })
  record.answered(SAMPLE)
  expect(record.dueUs).toBeLessThan(0)
  expect(waits(record, noAnswer, 1)).toEqual([2])
})

test('a server that sends the kiss of death is not asked for as long as any', () => {
  expect(waits(new ServerRecord('a', BACK_OFF), new NtpError('kiss-of-death'), 2)).toEqual([600, 600])
})

test('what a server said last is told against the system’s clock, less sure the older it is', () => {
  const record = new ServerRecord('a', BACK_OFF)
  expect(record.report(0, 0)).toMatchObject({ state: 'unasked', errorMs: null, stratum: null })
  record.answered(SAMPLE)
  record.outvoted()
  expect(record.report(100e6, 990)).toEqual({
    host: 'a',
    state: 'falseticker',
    answers: 1,
    failures: 0,
    falseticker: 1,
    fault: null,
    offsetMs: 10,
    errorMs: 5.5,
    stratum: 2,
  })
})
