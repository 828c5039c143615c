import { expect, test } from 'vitest'
import { allocations } from './garbage.ts'

/** Keeps the compiler from seeing that nothing is kept. */
let kept: object | undefined

function makes(objects: number) {
  for (let i = 0; i < objects; i++) kept = { i }
}

test('what a function allocates is counted under its name, collected or not', async () => {
  const found = await allocations('makes', () => makes(500_000))
  expect(kept).toBeDefined()
  // An object with one field is 16 to 32 bytes, depending on how V8 lays it out.
  expect(found.get('makes')).toBeGreaterThan(16 * 500_000 * 0.9)
  expect(found.get('makes')).toBeLessThan(64 * 500_000)
})

test('what others allocate is not', async () => {
  const found = await allocations('nobody', () => makes(100_000))
  expect(found.size).toBe(0)
})
