import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { fileName, gzipped } from './save-file.ts'

test('what is gzipped in parts is one file', async () => {
  const parts = Array.from({ length: 100 }, (_, i) => `${i} ${'x'.repeat(1000)}\n`)
  const blob = await gzipped(parts)
  expect(gunzipSync(await blob.bytes()).toString()).toBe(parts.join(''))
})

test('a file is named by what it is and when it was made', () => {
  expect(fileName('arrivals', new Date(0), '.txt.gz')).toBe('backline-arrivals-1970-01-01T00-00-00.txt.gz')
})
