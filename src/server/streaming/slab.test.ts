import { expect, test } from 'vitest'
import { Slab } from './slab.ts'

test('pieces never share a byte, whatever their sizes', () => {
  const slab = new Slab()
  const sizes = Array.from({ length: 1000 }, (_, i) => (i * 37) % 1500)
  const pieces = sizes.map((bytes, i) => slab.take(bytes).fill(i & 0xff))
  for (const [i, piece] of pieces.entries()) {
    expect(piece.length).toBe(sizes[i])
    expect(piece.every((byte) => byte === (i & 0xff))).toBe(true)
  }
})

test('those that come in turn lie in one piece of memory, and it is shared with nobody', () => {
  const slab = new Slab()
  const [a, b] = [slab.take(996), slab.take(996)]
  const other = Buffer.allocUnsafe(996)
  expect(b.buffer).toBe(a.buffer)
  expect(other.buffer).not.toBe(a.buffer)
})

test('a packet larger than all of it has its own', () => {
  const slab = new Slab()
  const small = slab.take(10)
  const large = slab.take(200_000)
  expect(large.length).toBe(200_000)
  expect(large.buffer).not.toBe(small.buffer)
  expect(slab.take(10).buffer).toBe(small.buffer)
})
