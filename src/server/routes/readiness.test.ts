import { expect, test } from 'vitest'
import { BEARABLE_MS, unreadyReasons } from './readiness.ts'

const QUIET = 1000
const LATE = QUIET + BEARABLE_MS + 1

test.each([
  ['plays', { state: 'running', quietSinceMs: undefined }, 0, LATE, []],
  ['is being opened', { state: 'starting', quietSinceMs: QUIET }, 0, LATE - 1, []],
  ['has not come for long', { state: 'starting', quietSinceMs: QUIET }, 0, LATE, ['source-down']],
  ['has just gone', { state: 'restarting', quietSinceMs: QUIET }, 0, LATE - 1, []],
  ['does not come back', { state: 'restarting', quietSinceMs: QUIET }, 0, LATE, ['source-down']],
  ['was stopped', { state: 'stopped', quietSinceMs: QUIET }, 0, QUIET, ['source-stopped']],
  ['plays, its encoder has just died', { state: 'running', quietSinceMs: undefined }, BEARABLE_MS, LATE, []],
  ['plays to nobody', { state: 'running', quietSinceMs: undefined }, BEARABLE_MS + 1, LATE, ['encoder-down']],
  ['and encoder', { state: 'stopped', quietSinceMs: QUIET }, 1e6, LATE, ['source-stopped', 'encoder-down']],
] as const)('a source that %s', (_what, status, encoderFailedMs, nowMs, reasons) => {
  expect(unreadyReasons(status, encoderFailedMs, nowMs)).toEqual(reasons)
})
