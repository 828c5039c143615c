import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import type { GainMatrix } from '../../shared/capture-messages.ts'
import type { Strip } from '../../shared/mix-strips.ts'
import type { CaptureSupervisor } from '../capture-supervisor.ts'
import { testDataDir } from '../fixtures/test-app.ts'
import { MixDesk, MixError } from './mix-desk.ts'
import { PresetStore } from './preset-store.ts'

/** A source of two channels whose mix is its own until it is told another. */
class FakeSource extends EventEmitter {
  readonly settings = { channels: 2 } as CaptureSupervisor['settings']
  gains: GainMatrix = [
    [0.5, 0],
    [0, 0.5],
  ]
  mixIsOwn = true

  setGains(gains: GainMatrix): void {
    this.gains = gains
    this.mixIsOwn = false
  }

  forgetGains(): void {
    this.gains = [
      [1, 0],
      [0, 1],
    ]
  }

  begins(channels: number, input = 'synth'): void {
    this.emit('ready', { channels, input })
  }
}

async function opened() {
  const source = new FakeSource()
  const presets = await PresetStore.open(testDataDir(), () => {})
  const desk = new MixDesk(source as unknown as CaptureSupervisor, presets)
  source.begins(2)
  return { source, desk }
}
const strip = (over: Partial<Strip> = {}): Strip => ({ gainDb: 0, pan: 0, mute: false, solo: false, ...over })

test('a mix of its own is shown as strips, and replaced by the first that is set, for good', async () => {
  const { source, desk } = await opened()
  expect(desk.view()).toMatchObject({ isOwn: true, preset: null })
  desk.setStrips([strip(), strip({ mute: true })])
  source.mixIsOwn = true // it has started anew, and mixes itself again
  source.begins(2)
  expect(source.gains).toEqual([
    [1, 0],
    [1, 0],
  ])
  expect(desk.view().isOwn).toBe(false)
})

test('what is not said stays: a strip, a control of a strip, and the preset when it comes to the same', async () => {
  const { desk } = await opened()
  desk.setStrips([strip({ gainDb: -3 }), strip({ mute: true, pan: 1 })])
  await desk.save('Late')
  desk.setStrips([{}, { pan: 1 }])
  expect(desk.view().preset).toBe('Late')
  desk.setStrips([{}, { gainDb: -9 }])
  expect(desk.view()).toMatchObject({
    strips: [strip({ gainDb: -3 }), strip({ gainDb: -9, mute: true, pan: 1 })],
    preset: null,
  })
})

test('what is moved while a preset is saved is not that preset', async () => {
  const { desk } = await opened()
  desk.setStrips([strip({ gainDb: -3 }), strip()])
  const saving = desk.save('Late')
  desk.setStrips([{ gainDb: -9 }, {}])
  await saving
  expect(desk.view()).toMatchObject({ presets: ['Late'], preset: null })
  const savingAnew = desk.save('Late')
  desk.load('Late')
  await savingAnew
  expect(desk.view()).toMatchObject({ strips: [strip({ gainDb: -3 }), strip()], preset: null })
  desk.load('Late')
  expect(desk.view()).toMatchObject({ strips: [strip({ gainDb: -9 }), strip()], preset: 'Late' })
})

test('nothing said is nothing done: gains that strips can not say stay as they are', async () => {
  const { source, desk } = await opened()
  const gains: GainMatrix = [
    [-1, 0.25],
    [0.5, 0],
  ]
  desk.setGains(gains)
  desk.setStrips([{}, {}])
  expect(source.gains).toEqual(gains)
})

test('faders of the demo are nothing for the instrument after it, what was set for the instrument stays', async () => {
  const { source, desk } = await opened()
  desk.setStrips([strip(), strip({ mute: true })])
  desk.setStrips([strip(), strip({ gainDb: -6 })])
  source.begins(2, 'device')
  expect(source.gains).toEqual([
    [1, 0],
    [0, 1],
  ])
  expect(desk.view().strips).toEqual([strip({ pan: -1 }), strip({ pan: 1 })])
  desk.setStrips([strip(), strip({ mute: true })])
  source.begins(2, 'synth')
  source.begins(2, 'device')
  expect(desk.view().strips).toEqual([strip(), strip({ mute: true })])
})

test('one input goes to both sides until its strip is moved, also after it has started anew', async () => {
  const { source, desk } = await opened()
  source.begins(1)
  expect(desk.view()).toMatchObject({ gains: [[1], [1]], strips: [strip()] })
  desk.setStrips([strip({ pan: -1 })])
  source.gains = [[1], [1]]
  source.begins(1)
  expect(source.gains).toEqual([[1], [0]])
})

test('bare gains are kept as they are, signs and all, while the channels stay', async () => {
  const { source, desk } = await opened()
  const gains = [
    [1, -2],
    [0.25, 0],
  ]
  desk.setGains(gains)
  source.begins(2)
  expect(desk.view().gains).toEqual(gains)
  expect(() => desk.setGains([[1], [1]])).toThrow(MixError)
})

test('each change is a new revision', async () => {
  const { source, desk } = await opened()
  const seen = new Set([desk.revision])
  const changes = [
    () => desk.setStrips([strip(), strip()]),
    () => desk.save('A'),
    () => desk.load('A'),
    () => source.begins(1),
    () => desk.delete('A'),
  ]
  for (const change of changes) {
    await change()
    seen.add(desk.revision)
  }
  expect(seen.size).toBe(changes.length + 1)
})
