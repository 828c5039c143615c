// Mute: a fade of the stream that outlives a listening, not a visit.
import { expect, test, vi } from 'vitest'
import { ABLE, pretendPage } from './fake-page.ts'
import { FakeContext } from './output/fake-audio.ts'
import { Player } from './player.ts'

vi.mock('../../public/audio-processor.ts?worker&url', () => ({ default: 'worklet.js' }))

pretendPage()

/** Where the fade of the context made last was told to go. */
const ramps = () => FakeContext.made.at(-1)?.fades[1]?.ramps

test('it fades what is heard out and in, and the volume stays', () => {
  const player = new Player(ABLE)
  player.setVolume(0.5)
  player.listen()
  player.setMuted(true)
  expect(ramps()).toEqual([1, 0])
  expect(player.store.snapshot().muted).toBe(true)
  player.setMuted(false)
  expect(ramps()).toEqual([1, 0, 1])
  player.stop()
})

test('who is muted stays so through Stop and Listen, and another visit begins with sound', () => {
  const player = new Player(ABLE)
  player.setMuted(true)
  player.listen()
  expect(ramps()?.at(-1)).toBe(0)
  player.stop()
  expect(player.store.snapshot().muted).toBe(true)
  expect(new Player(ABLE).store.snapshot().muted).toBe(false)
})
