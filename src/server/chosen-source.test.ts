import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ChosenSource } from './chosen-source.ts'
import { readConfig } from './config.ts'
import { testDataDir } from './fixtures/test-app.ts'

async function opened(folder: string, ...args: string[]) {
  const warnings: string[] = []
  const { capture } = readConfig({ args, env: {} })
  const source = await ChosenSource.open(folder, capture, (message) => warnings.push(message))
  return { source, warnings }
}

test('what was chosen is there when the server starts again, until what it was started with is chosen', async () => {
  const folder = join(testDataDir(), 'made', 'when needed')
  const { source, warnings } = await opened(folder)
  expect([source.wish, warnings]).toEqual([undefined, []])
  await source.keep({ capture: 'synth', device: 'MONTAGE' })
  expect((await opened(folder)).source.wish).toEqual({ capture: 'synth' })
  await source.keep({ capture: 'device', device: 'Scarlett' })
  expect((await opened(folder)).source.wish).toEqual({ capture: 'device', device: 'Scarlett' })
  await source.keep({ capture: 'auto', device: 'Scarlett' })
  expect((await opened(folder)).source.wish).toEqual({ device: 'Scarlett' })
  await source.keep({ capture: 'auto', device: 'MONTAGE' })
  expect((await opened(folder)).source.wish).toBeUndefined()
  expect(readdirSync(folder)).toEqual(['source.json'])
})

test('of two choices one after the other the last is kept', async () => {
  const folder = testDataDir()
  const { source } = await opened(folder)
  await Promise.all([
    source.keep({ capture: 'synth', device: 'MONTAGE' }),
    source.keep({ capture: 'device', device: 'MONTAGE' }),
  ])
  expect((await opened(folder)).source.wish).toEqual({ capture: 'device' })
})

test('who starts the server with other settings means those', async () => {
  const folder = testDataDir()
  const { source } = await opened(folder)
  await source.keep({ capture: 'synth', device: 'MONTAGE' })
  expect((await opened(folder, '--capture=device')).source.wish).toBeUndefined()
  expect((await opened(folder, '--capture-device=MODX')).source.wish).toBeUndefined()
  expect((await opened(folder)).source.wish).toEqual({ capture: 'synth' })
})

test('a command that is not set any more is not run', async () => {
  const folder = testDataDir()
  const { source } = await opened(folder, '--capture-command=play')
  await source.keep({ capture: 'command', device: 'MONTAGE' })
  expect((await opened(folder, '--capture-command=play')).source.wish).toEqual({ capture: 'command' })
  expect((await opened(folder)).source.wish).toBeUndefined()
})

test.each([
  ['half a file', '{"version": 1, "chosen'],
  ['null', 'null'],
  ['another kind', '{"over":{"capture":"auto","device":"M"},"chosen":{"capture":"radio","device":"M"}}'],
  ['no device', '{"over":{"capture":"auto","device":"M"},"chosen":{"capture":"synth"}}'],
])('%s is said, and the settings count', async (_what, text) => {
  const folder = testDataDir()
  mkdirSync(folder)
  writeFileSync(join(folder, 'source.json'), text)
  const { source, warnings } = await opened(folder)
  expect(source.wish).toBeUndefined()
  expect(warnings).toEqual([expect.stringContaining('The settings say what plays.')])
})

test('what can not be kept plays all the same, and the log says so', async () => {
  const folder = testDataDir()
  mkdirSync(join(folder, '..'), { recursive: true })
  writeFileSync(folder, 'a file is in the way')
  const { source, warnings } = await opened(folder)
  await source.keep({ capture: 'synth', device: 'MONTAGE' })
  expect(source.wish).toEqual({ capture: 'synth' })
  expect(warnings).toEqual([expect.stringMatching(/forgotten at the next start\..*can not write to/)])
  expect(readFileSync(folder, 'utf8')).toBe('a file is in the way')
})
