import { expect, test } from 'vitest'
import { SYNTH } from './fixtures/forked-capture.ts'
import { gainsFault, settingsFaults } from './settings.ts'

test('good settings have no faults', () => {
  expect(settingsFaults(SYNTH)).toEqual([])
})

test('every fault is told at once', () => {
  const faults = settingsFaults({
    ...SYNTH,
    capture: 'command',
    rateHz: 1,
    periodFrames: 100.5,
    channels: 0,
    bits: 20 as never,
  })
  expect(faults).toHaveLength(6)
})

test('a mix must fit the channels, save for one channel, which goes to both sides', () => {
  expect(gainsFault([[1], [1, 0]], 2)).toMatch(/2 rows of 2 gains/)
  expect(
    gainsFault(
      [
        [1, Number.NaN],
        [0, 1],
      ],
      2,
    ),
  ).toMatch(/number/)
  expect(
    gainsFault(
      [
        [1, 0],
        [0, 1],
      ],
      1,
    ),
  ).toBeUndefined()
})
