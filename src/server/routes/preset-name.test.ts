import { expect, test } from 'vitest'
import { presetName } from './preset-name.ts'

test.each(['.', '..', ' .. '])('%j is a step in an address, and refused in words of its own', (text) => {
  expect(() => presetName(text)).toThrow(
    expect.objectContaining({
      reason: 'bad-name',
      message: expect.stringContaining("can not be a preset's name"),
    }),
  )
})

test('other names may have dots', () => {
  expect(presetName(' … ')).toBe('…')
  expect(presetName('...')).toBe('...')
  expect(presetName('No. 5')).toBe('No. 5')
})
