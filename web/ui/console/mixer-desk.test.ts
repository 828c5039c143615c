import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { StripChange } from '../../../src/shared/mix-strips.ts'
import { DeskError } from '../../desk/ask.ts'
import { fakeMix, fakeMixer } from '../../desk/fake-views.ts'
import { MixerDesk } from './mixer-desk.ts'
import { StagedDesk } from './staged-desk.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function mixer(setStrips: (changes: StripChange[]) => Promise<ReturnType<typeof fakeMix>>) {
  const desk = new StagedDesk({ mix: fakeMix() })
  const made = new MixerDesk({ desk: desk.store, setStrips })
  made.start()
  return { desk, made, shown: () => made.store.snapshot() }
}

test('a glide of a fader is sent 20 times a second, its end for certain', async () => {
  const sent: StripChange[][] = []
  const setStrips = fakeMixer()
  const { made, shown } = mixer((changes) => {
    sent.push(changes)
    return setStrips(changes)
  })
  made.hold(0, true)
  for (let i = 1; i <= 60; i++) {
    made.change(0, { gainDb: -i / 2 })
    await vi.advanceTimersByTimeAsync(10)
  }
  made.hold(0, false)
  await vi.advanceTimersByTimeAsync(200)
  expect(sent.length).toBeLessThanOrEqual(14)
  expect(sent.at(-1)).toEqual([{ gainDb: -30 }, {}])
  expect(shown().strips[0]?.gainDb).toBe(-30)
})

test('what the server would not do is said, and the strip goes back; what it does next clears the words', async () => {
  const setStrips = vi.fn(fakeMixer())
  setStrips.mockRejectedValueOnce(new DeskError('not-a-controller', 'This takes the key.'))
  const { made, shown } = mixer(setStrips)
  made.change(1, { mute: true })
  expect(shown().strips[1]?.mute).toBe(true)
  await vi.advanceTimersByTimeAsync(100)
  expect(shown()).toMatchObject({ refusal: 'This takes the key.', preset: null })
  expect(shown().strips[1]?.mute).toBe(false)
  made.change(1, { mute: true })
  await vi.advanceTimersByTimeAsync(100)
  expect(shown().refusal).toBe('')
  expect(shown().strips[1]?.mute).toBe(true)
})

test('another console moves what nobody holds here, and after leaving nothing is followed', () => {
  const { desk, made, shown } = mixer(fakeMixer())
  made.hold(1, true)
  const strips = fakeMix().strips.map((strip) => ({ ...strip, gainDb: -20 }))
  desk.say({ mix: fakeMix({ strips, preset: 'Rehearsal' }) })
  expect(shown().strips.map(({ gainDb }) => gainDb)).toEqual([-20, -6])
  expect(shown().preset).toBe('Rehearsal')
  made.stop()
  desk.say({ mix: fakeMix() })
  expect(shown().preset).toBe('Rehearsal')
})

test('what was refused is not sent after all with what was moved meanwhile', async () => {
  const desk = new StagedDesk({ mix: fakeMix() })
  let fail = () => {}
  const setStrips = vi.fn(fakeMixer()).mockImplementationOnce(
    () =>
      new Promise((_, no) => {
        fail = () => no(new DeskError('unreachable', 'The server does not answer.'))
      }),
  )
  const mixer = new MixerDesk({ desk: desk.store, setStrips })
  mixer.start()
  mixer.change(0, { gainDb: -40 })
  await vi.advanceTimersByTimeAsync(3900)
  mixer.change(1, { gainDb: -3 })
  fail()
  await vi.advanceTimersByTimeAsync(200)
  expect(setStrips.mock.calls[1]).toEqual([[{}, { gainDb: -3 }]])
})

test('a console that slept moves one fader: what others set meanwhile stays, on that strip too', async () => {
  const setStrips = fakeMixer()
  const { made, shown } = mixer(setStrips)
  await setStrips([{ gainDb: -60, mute: true }, { mute: true }])
  made.change(1, { gainDb: -3 })
  await vi.advanceTimersByTimeAsync(100)
  expect(shown().strips).toMatchObject([
    { gainDb: -60, mute: true },
    { gainDb: -3, mute: true },
  ])
})

test('a fader of a source that is gone is not sent to the next one', async () => {
  const setStrips = vi.fn(fakeMixer())
  const { desk, made } = mixer(setStrips)
  made.change(0, { gainDb: -40 })
  made.change(0, { gainDb: -41 })
  const [strip] = fakeMix().strips
  if (strip === undefined) throw new Error('a mix has strips')
  desk.say({ mix: fakeMix({ strips: [strip, strip, strip] }) })
  await vi.advanceTimersByTimeAsync(200)
  expect(setStrips.mock.calls).toEqual([[[{ gainDb: -40 }, {}]]])
})
