import { afterEach, expect, test, vi } from 'vitest'
import { claimAudioSession } from './audio-session.ts'

afterEach(() => void vi.unstubAllGlobals())

test('music is music while it plays, a microphone has what it needs meanwhile, and then nothing is claimed', () => {
  const audioSession = { type: 'auto' }
  vi.stubGlobal('navigator', { audioSession })
  const stop = claimAudioSession('playback')
  expect(audioSession.type).toBe('playback')
  const close = claimAudioSession('play-and-record')
  expect(audioSession.type).toBe('play-and-record')
  close()
  close()
  expect(audioSession.type).toBe('playback')
  // One listening begins before the one before it has ended.
  const next = claimAudioSession('playback')
  stop()
  expect(audioSession.type).toBe('playback')
  next()
  expect(audioSession.type).toBe('auto')
})

test('a browser that does not ask is told nothing, and one that refuses is left alone', () => {
  vi.stubGlobal('navigator', {})
  claimAudioSession('playback')()
  const audioSession = {
    set type(_: string) {
      throw new DOMException('no', 'InvalidStateError')
    },
  }
  vi.stubGlobal('navigator', { audioSession })
  expect(() => claimAudioSession('playback')()).not.toThrow()
})
