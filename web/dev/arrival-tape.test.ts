import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { parseTrace, readTrace } from '../../bench/lib/trace-file.ts'
import { replay } from '../../bench/sim/networks.ts'
import { simulate } from '../../bench/sim/simulate.ts'
import { testFolder } from '../../src/server/fixtures/test-folder.ts'
import { ArrivalTape } from './arrival-tape.ts'

const RATE_HZ = 44_100

function tapeOf(...pairs: [position: number, latencyMs: number][]): ArrivalTape {
  const tape = new ArrivalTape(RATE_HZ)
  tape.add(Float64Array.from(pairs.flat()))
  return tape
}

function parsed(tape: ArrivalTape) {
  return parseTrace([...tape.toTrace('a test')].join(''), 'recorded')
}

test('each packet has its number and its latency, and the header says how often one is sent', () => {
  const trace = parsed(tapeOf([1280, 4.25], [1408, 5], [1536, 4.5]))
  expect(trace.everyMs).toBeCloseTo((128 * 1000) / RATE_HZ, 5)
  expect([...trace.latencyMs]).toEqual([4.25, 5, 4.5])
  expect(trace.header).toMatch(/^a test; one message every 2.902494 ms/)
})

test('what was left out, or came in longer packets, takes as long as what came before it', () => {
  const tape = tapeOf([0, 1], [100, 2], [200, 3], [300, 4], [700, 9], [1100, 8])
  const { latencyMs, header } = parsed(tape)
  expect([...latencyMs]).toEqual([1, 2, 3, 4, 4, 4, 4, 9, 9, 9, 9, 8])
  expect(header).toContain('6 of 12 have no arrival of their own')
})

test('packets that come again are left out, and counted', () => {
  const tape = tapeOf([0, 1], [100, 1], [0, 500], [100, 500], [200, 2])
  expect(tape.repeated).toBe(2)
  expect([...parsed(tape).latencyMs]).toEqual([1, 1, 2])
})

test('a clock that is off by more than the way takes makes no latency below 0', () => {
  const { latencyMs, header } = parsed(tapeOf([0, -0.5], [100, 0.25], [200, 0]))
  expect([...latencyMs]).toEqual([0, 0.75, 0.5])
  expect(header).toContain('and 0.500 ms')
})

test('too little to know how often a message is sent is no recording', () => {
  expect([...tapeOf().toTrace('nothing')]).toEqual([])
  expect([...tapeOf([0, 1]).toTrace('one')]).toEqual([])
})

test('it ends at a hole that is longer than what it is to show', () => {
  const tape = tapeOf([0, 1], [100, 1], [100 + 11 * RATE_HZ, 1])
  expect(tape.ended).toBe('hole')
  expect(tape.packets).toBe(2)
  tape.add(Float64Array.of(200, 1))
  expect(tape.packets).toBe(2)
})

test('an hour is enough', () => {
  const tape = new ArrivalTape(RATE_HZ)
  for (let second = 0; second <= 4000; second += 5) tape.add(Float64Array.of(second * RATE_HZ, 1))
  expect(tape.ended).toBe('full')
  expect(tape.seconds).toBe(3600)
})

test('what was recorded is read from its file and replayed by the simulator, stall and all', async () => {
  const tape = new ArrivalTape(RATE_HZ)
  const packetMs = (128 * 1000) / RATE_HZ
  // A minute of it in pieces of a second or so; once everything stands still for 150 ms.
  for (let from = 0; from < 20_000; from += 512) {
    const pairs = new Float64Array(2 * 512)
    for (let i = 0; i < 512; i++) {
      const sentMs = (from + i) * packetMs
      const stallMs = sentMs > 40_000 && sentMs < 40_150 ? 40_150 - sentMs : 0
      pairs.set([(from + i) * 128, packetMs + 1 + stallMs], 2 * i)
    }
    tape.add(pairs)
  }
  const folder = testFolder()
  const path = join(folder, 'recorded.txt.gz')
  writeFileSync(path, gzipSync([...tape.toTrace('a minute')].join('')))

  const { latencyMs, everyMs } = await readTrace(path)
  expect(latencyMs.length).toBe(20_480)
  const outcome = simulate({
    ...{ seconds: 58, seed: 1, network: replay(latencyMs, everyMs), profile: 'balanced' },
    ...{ callbackFrames: 128, packetMs, sinkPpm: 80 },
  })
  expect(outcome.stallsPerHour * outcome.hours).toBeCloseTo(1)
  expect(outcome.episodesPerHour * outcome.hours).toBeGreaterThan(0.9)
  expect(outcome.targetMs).toBeLessThan(60)
})
