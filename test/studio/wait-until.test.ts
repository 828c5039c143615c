import { expect, test } from 'vitest'
import { InVain, waitUntil } from './wait-until.ts'

test('what throws for now is asked again, until it answers', async () => {
  let asked = 0
  const answer = await waitUntil('an answer', () => {
    if (++asked < 3) throw new Error('not yet')
    return asked
  })
  expect(answer).toBe(3)
})

test('who gives up says what it waited for, and what was wrong last', async () => {
  const waiting = waitUntil('a sign', () => Promise.reject(new Error('nobody there')), 20, 1)
  await expect(waiting).rejects.toMatchObject({
    message: 'gave up after 20 ms waiting for a sign',
    cause: { message: 'nobody there' },
  })
})

test('what will never be is not waited for', async () => {
  let asked = 0
  const waiting = waitUntil('a server', () => {
    asked++
    throw new InVain('it ended')
  })
  await expect(waiting).rejects.toThrow('it ended')
  expect(asked).toBe(1)
})
