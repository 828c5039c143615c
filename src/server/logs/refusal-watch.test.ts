import { expect, test } from 'vitest'
import { RefusalWatch } from './refusal-watch.ts'

test('however many were refused, each look says it once for each reason', () => {
  const watch = new RefusalWatch()
  expect(watch.look({ 'bad-key': 0, 'server-full': 0 })).toEqual([])
  for (let i = 0; i < 1000; i++) watch.note('bad-key', `10.0.0.${i % 3}`)
  expect(watch.look({ 'bad-key': 1000, 'server-full': 2 })).toEqual([
    { reason: 'bad-key', count: 1000, address: '10.0.0.0' },
    { reason: 'server-full', count: 2 },
  ])
  expect(watch.look({ 'bad-key': 1000, 'server-full': 2 })).toEqual([])
  expect(watch.look({ 'bad-key': 1001, 'server-full': 2 })).toEqual([{ reason: 'bad-key', count: 1 }])
})

test('what was refused before the first look is told by it, and reasons nobody counts are not kept', () => {
  const watch = new RefusalWatch()
  watch.note('made-up', '10.0.0.1')
  expect(watch.look({ 'bad-key': 3 })).toEqual([{ reason: 'bad-key', count: 3 }])
  expect(watch.look({ 'bad-key': 3, 'made-up': 1 })).toEqual([{ reason: 'made-up', count: 1 }])
})
