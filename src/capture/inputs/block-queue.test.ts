import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BlockQueue } from './block-queue.ts'

test.each([
  ['Int16', Int16Array],
  ['Int32', Int32Array],
])('whatever the chunks, odd bytes included, the blocks of %s are the bytes in order', (_name, Samples) => {
  const sizes = fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 60 })
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 64 }), (chunks, blockSamples) => {
      const block = new Samples(blockSamples)
      const queue = new BlockQueue(block, 512)
      let pushed = 0
      let taken = 0
      for (const size of chunks) {
        queue.push(Uint8Array.from({ length: size }, () => pushed++ & 255))
        while (queue.hasBlock && taken < pushed) {
          const bytes = new Uint8Array(queue.take().slice().buffer)
          for (const byte of bytes) if (byte !== (taken++ & 255)) throw new Error(`byte ${taken}`)
        }
      }
      expect(queue.waitingBytes).toBe(pushed - taken)
      expect(queue.waitingBytes).toBeLessThan(block.byteLength)
    }),
    { seed: 11 },
  )
})
