import { expect, test } from 'vitest'
import { Rehearsal, rehearse } from './rehearsal.ts'

test('what can happen to a stream happens in it', () => {
  const rehearsal = new Rehearsal(48_000, 900)
  const { control } = rehearsal
  const seen = { group: false, alone: false, stuck: false }
  for (let i = 0; i < 900; i += 10) {
    rehearsal.play(10)
    if (Number.isNaN(control.get('roomErrorMs'))) seen.alone = true
    else if (control.get('roomErrorMs') < -1000) seen.stuck = true
    else seen.group = true
  }
  expect(seen).toEqual({ group: true, alone: true, stuck: true })
  expect(control.get('playing')).toBe(1)
  expect(control.get('playSerial')).toBe(3)
  expect(control.get('underrunEpisodes')).toBeGreaterThan(3)
  expect(control.get('resyncs')).toBeGreaterThan(1)
  expect(control.get('lateCallbacks')).toBeGreaterThan(1)
  expect(control.get('markerDone')).toBe(control.get('markerSerial'))
  // It rose after the stalls: the engine has gone back for what came late.
  expect(control.get('needFrames')).toBeGreaterThan(500)
})

test('a computer that is slow is not held up by it', () => {
  let looks = 0
  rehearse(48_000, () => 1000 * looks++)
  expect(looks).toBeLessThan(5)
})
