import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { EncodeTimes } from './encode-times.ts'

test('each rung has its own counts, and who is given the memory reads them', () => {
  const times = new EncodeTimes()
  for (const ms of [0.04, 0.12, 0.12, 99]) times.add('opus-96', ms)
  times.add('opus-64', 3)
  const { edges, counts, sum } = new EncodeTimes(times.memory).of('opus-96')
  const count = (edge: number) => counts[Array.from(edges).indexOf(edge)]
  expect([count(0.05), count(0.1), count(0.15), counts[edges.length]]).toEqual([1, 0, 2, 1])
  expect(sum).toBeCloseTo(99.28)
  expect(times.of('opus-64').sum).toBe(3)
  expect(times.of('opus-256').sum).toBe(0)
})

test('the memory is another thread’s, too', async () => {
  const times = new EncodeTimes()
  const worker = new Worker(
    "const { workerData } = require('node:worker_threads'); new Float64Array(workerData)[0] += 7",
    {
      eval: true,
      workerData: times.memory,
    },
  )
  await new Promise((resolve) => worker.once('exit', resolve))
  expect(times.of('pcm-f32').counts[0]).toBe(7)
})
