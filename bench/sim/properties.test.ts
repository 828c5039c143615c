// What holds whatever the network, the clocks and the devices do.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PROFILES } from '../../src/shared/playout/profile.ts'
import { arbitraryTrial } from './arbitrary-trial.ts'
import { Promises } from './promises.ts'
import { peakOf, tones } from './sounds.ts'
import { perform } from './trial.ts'

/** Below 6 kHz, so that what lies between the samples is hardly louder than they are; never silent, never periodic for long. */
const BAND = Array.from({ length: 24 }, (_, i) => [97 + i * i * 10 + i, 0.03] as const)
const SOUNDS = new Map([44_100, 48_000, 96_000].map((rateHz) => [rateHz, tones(BAND, rateHz)]))

test('timing: the target, the delay, the rate and the counters stay what they should be, on any network', {
  timeout: 300_000,
}, () => {
  fc.assert(
    fc.property(arbitraryTrial(60), (trial) => {
      const promises = new Promises()
      perform({ ...trial, watch: (heard) => promises.look(heard) })
      expect(promises.broken).toEqual([])
    }),
    { numRuns: Number(process.env['TRIALS'] ?? 20) },
  )
})

test('sound: finite, no louder than what was played, and never silent while there is audio to play', {
  timeout: 300_000,
}, () => {
  fc.assert(
    fc.property(arbitraryTrial(15), (trial) => {
      const sound = SOUNDS.get(trial.rateHz ?? 48_000) as Float32Array
      const promises = new Promises(peakOf(sound))
      perform({ ...trial, sound, watch: (heard) => promises.look(heard) })
      expect(promises.broken).toEqual([])
    }),
    { numRuns: Number(process.env['TRIALS'] ?? 20) },
  )
})

test('every profile is tried', () => {
  const seen = new Set(fc.sample(arbitraryTrial(1), { numRuns: 60, seed: 20 }).map((trial) => trial.profile))
  expect([...seen].sort()).toEqual([...PROFILES].sort())
})
