import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSampleRing, SampleRing } from './sample-ring.ts'

const ramp = (position: number, frames: number) => {
  const left = Float32Array.from({ length: frames }, (_, i) => position + i + 1)
  return { left, right: left.map((x) => -x) }
}
function write(ring: SampleRing, position: number, frames: number): void {
  const { left, right } = ramp(position, frames)
  ring.writeFloat32(position, left, right, frames)
}

test('what was written is there, what was not is not, across any granule edges', () => {
  const ring = new SampleRing(createSampleRing(1024))
  write(ring, 5, 40)
  write(ring, 60, 3)
  expect(ring.available(5, 200)).toBe(40)
  expect(ring.available(4, 200)).toBe(0)
  expect(ring.available(44, 200)).toBe(1)
  expect(ring.missing(45, 200)).toBe(15)
  expect(ring.available(60, 2)).toBe(2)
  expect(ring.missing(63, 100)).toBe(100)
})

test('audio of the last turn of the ring is never taken for this one', () => {
  const ring = new SampleRing(createSampleRing(1024))
  write(ring, 0, 1024)
  expect(ring.available(1024, 1024)).toBe(0)
  write(ring, 1024, 8)
  expect(ring.available(1024, 100)).toBe(8)
  expect(ring.available(8, 8)).toBe(0)
  expect(ring.available(16, 100)).toBe(100)
})

test('Int16 full scale and back is exact', () => {
  const ring = new SampleRing(createSampleRing(1024))
  ring.writeInt16(0, Int16Array.of(0, 0, -32768, 32767, 1, -1), 2, 2)
  const left = new Float32Array(2)
  const right = new Float32Array(2)
  ring.read(0, left, right, 0, 2)
  expect([...left, ...right]).toEqual([-1, 1 / 32768, 32767 / 32768, -1 / 32768])
})

test('positions far beyond 32 bits work', () => {
  const ring = new SampleRing(createSampleRing(1024))
  const far = 2 ** 40 + 3
  write(ring, far, 100)
  expect(ring.available(far, 200)).toBe(100)
  expect(ring.available(far - 1024, 10)).toBe(0)
})

test('any order of packets, holes and repeats reads back as a plain map would', () => {
  const packet = fc.record({ position: fc.nat(900), frames: fc.integer({ min: 1, max: 100 }) })
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 40 }), (packets) => {
      const ring = new SampleRing(createSampleRing(1024))
      const there = new Set<number>()
      for (const { position, frames } of packets) {
        write(ring, position, frames)
        for (let n = position; n < position + frames; n++) there.add(n)
      }
      const left = new Float32Array(1)
      for (let n = 0; n < 1000; n++) {
        expect(ring.available(n, 1)).toBe(there.has(n) ? 1 : 0)
        if (!there.has(n)) continue
        ring.read(n, left, new Float32Array(1), 0, 1)
        expect(left[0]).toBe(n + 1)
      }
    }),
    { numRuns: 50 },
  )
})

test('a cross-fade changes what is there, frame by frame by its weight, and nothing else', () => {
  const ring = new SampleRing(createSampleRing(1024))
  // Across the end of the memory.
  const from = 1024 * 5 - 3
  write(ring, from - 4, 12)
  const rise = Float32Array.of(9, 0, 0.25, 0.5, 0.75, 1, 9)
  const left = new Float32Array(7)
  ring.blendFloat32(
    from,
    left,
    left.map(() => 1),
    rise,
    1,
    5,
  )
  const [heardLeft, heardRight] = [new Float32Array(12), new Float32Array(12)]
  expect(ring.available(from - 4, 20)).toBe(12)
  ring.read(from - 4, heardLeft, heardRight, 0, 12)
  const before = ramp(from - 4, 12)
  const weights = [0, 0, 0, 0, 0, 0.25, 0.5, 0.75, 1, 0, 0, 0]
  weights.forEach((weight, i) => {
    expect(heardLeft[i]).toBeCloseTo((before.left[i] as number) * (1 - weight), 3)
    expect(heardRight[i]).toBeCloseTo((before.right[i] as number) * (1 - weight) + weight, 3)
  })
})

test('what was erased is missing, and nothing else', () => {
  const ring = new SampleRing(createSampleRing(1024))
  write(ring, 0, 200)
  ring.erase(37, 50)
  expect(ring.available(0, 200)).toBe(37)
  expect(ring.missing(37, 200)).toBe(50)
  expect(ring.available(87, 200)).toBe(113)
})
