import { expect, test, vi } from 'vitest'
import { importAgain } from './import-again.ts'

const FIREFOX = 'error loading dynamically imported module: https://here/base/assets/opus-1.js'

test('what failed once is asked for at another address each time, until it is there', async () => {
  const first = vi.fn().mockRejectedValue(new TypeError(FIREFOX))
  const from = vi.fn().mockRejectedValueOnce(new TypeError('cut again')).mockResolvedValueOnce('the module')
  const load = importAgain(first, from)
  await expect(load()).rejects.toThrow(FIREFOX)
  await expect(load()).rejects.toThrow('cut again')
  await expect(load()).resolves.toBe('the module')
  expect(first).toHaveBeenCalledTimes(1)
  expect(from.mock.calls).toEqual([
    ['https://here/base/assets/opus-1.js?attempt=1'],
    ['https://here/base/assets/opus-1.js?attempt=2'],
  ])
})

test('where no address is named the import itself is tried again', async () => {
  const first = vi.fn().mockRejectedValueOnce(new TypeError('Importing a module script failed.'))
  first.mockRejectedValueOnce('no error at all').mockResolvedValueOnce('the module')
  const load = importAgain(first, () => Promise.reject(new Error('not asked')))
  await expect(load()).rejects.toThrow('Importing')
  await expect(load()).rejects.toBe('no error at all')
  await expect(load()).resolves.toBe('the module')
})

test('what loads is not asked for elsewhere, and a query that is there stays', async () => {
  const from = vi.fn().mockResolvedValue('later')
  await expect(importAgain(() => Promise.resolve('at once'), from)()).resolves.toBe('at once')
  const load = importAgain(() => Promise.reject(new TypeError('module: http://here/opus.js?v=3')), from)
  await expect(load()).rejects.toThrow()
  await expect(load()).resolves.toBe('later')
  expect(from.mock.calls).toEqual([['http://here/opus.js?v=3&attempt=1']])
})
