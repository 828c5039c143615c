import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Strip } from '../../shared/mix-strips.ts'
import { testDataDir } from '../fixtures/test-app.ts'
import { PresetStore } from './preset-store.ts'

const STRIP: Strip = { gainDb: -3, pan: 0.5, mute: false, solo: true }

async function opened(folder: string) {
  const warnings: string[] = []
  const store = await PresetStore.open(folder, (message) => warnings.push(message))
  return { store, warnings }
}

test('what was saved is there when it is opened again, in the order of the alphabet', async () => {
  const folder = join(testDataDir(), 'made', 'when needed')
  const { store, warnings } = await opened(folder)
  expect([store.names, warnings]).toEqual([[], []])
  await Promise.all(['Song 10', 'Song 9', '__proto__'].map((name) => store.put(name, [STRIP])))
  await store.delete('nobody')
  const { store: again } = await opened(folder)
  expect(again.names).toEqual(['__proto__', 'Song 9', 'Song 10'])
  expect(again.get('__proto__')).toEqual([STRIP])
  expect(readdirSync(folder)).toEqual(['mix-presets.json'])
})

test.each([
  ['half a file', '{"version": 1, "presets": [{'],
  ['no presets', 'null'],
  ['a strip out of range', JSON.stringify({ presets: [{ name: 'A', strips: [{ ...STRIP, gainDb: 99 }] }] })],
  ['a name that is none', JSON.stringify({ presets: [{ name: 1, strips: [] }] })],
])('%s is set aside, said, and never written over', async (_what, text) => {
  const folder = testDataDir()
  mkdirSync(folder)
  const path = join(folder, 'mix-presets.json')
  writeFileSync(path, text)
  const { store, warnings } = await opened(folder)
  expect(store.names).toEqual([])
  expect(warnings).toEqual([expect.stringContaining('makes no sense. It was kept as')])
  await store.put('A', [STRIP])
  const [aside] = readdirSync(folder).filter((name) => name.endsWith('.broken'))
  expect(readFileSync(join(folder, aside as string), 'utf8')).toBe(text)
})

test('a file that can be neither read nor set aside is left alone, and nothing is saved', async () => {
  const folder = testDataDir()
  mkdirSync(join(folder, 'mix-presets.json', 'a folder'), { recursive: true })
  const { warnings } = await opened(folder)
  expect(warnings[0]).toContain('can not be read (EISDIR)')
  const [aside] = readdirSync(folder)
  expect(aside).toMatch(/\.broken$/) // a folder can be set aside, too
})

test('a save that fails leaves what there was, also for the one after it', async () => {
  const folder = testDataDir()
  const { store } = await opened(folder)
  await store.put('A', [STRIP])
  const draft = join(folder, 'mix-presets.json.tmp')
  mkdirSync(join(draft, 'in the way'), { recursive: true })
  await expect(store.put('B', [STRIP])).rejects.toMatchObject({ name: 'PresetError', reason: 'not-writable' })
  expect(store.names).toEqual(['A'])
  await expect(store.delete('A')).rejects.toMatchObject({ reason: 'not-writable' })
  expect((await opened(folder)).store.names).toEqual(['A'])
})
