import { expect, test } from 'vitest'
import { sizeAfterKey, sizeWithin } from './drawer-size.ts'

test('keys make the drawer larger and smaller, towards where its edge is', () => {
  expect(sizeAfterKey('ArrowUp', 50, false)).toBe(55)
  expect(sizeAfterKey('ArrowDown', 50, false)).toBe(45)
  expect(sizeAfterKey('ArrowLeft', 50, true)).toBe(55)
  expect(sizeAfterKey('ArrowRight', 50, true)).toBe(45)
  expect(sizeAfterKey('ArrowUp', 50, true)).toBeUndefined()
  expect(sizeAfterKey('a', 50, false)).toBeUndefined()
})

test('it never takes all, and is never gone', () => {
  expect(sizeAfterKey('ArrowUp', 91, false)).toBe(sizeAfterKey('End', 50, false))
  expect(sizeAfterKey('ArrowDown', 21, false)).toBe(sizeAfterKey('Home', 50, false))
  expect(sizeWithin(-40)).toBeGreaterThan(0)
  expect(sizeWithin(400)).toBeLessThan(100)
})
