import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { testFolder } from '../../src/server/fixtures/test-folder.ts'
import { formatTrace, parseTrace, readTrace, TraceFileError, writeTrace } from './trace-file.ts'

const HEADER = '# a link: one message every 5 ms'
const TRACES = join(import.meta.dirname, '..', 'traces')

describe('a trace file', () => {
  test('is its header, its interval and a latency per message', () => {
    expect(parseTrace(`${HEADER}\n# and more\n0 10.5\n1 11\n`, 't.txt')).toEqual({
      header: 'a link: one message every 5 ms\nand more',
      everyMs: 5,
      latencyMs: Float64Array.of(10.5, 11),
    })
  })

  test('counts from its first number; what is left out never arrived', () => {
    const { latencyMs } = parseTrace(`${HEADER}\r\n7 1.5\r\n9 2\r\n`, 't.txt')
    expect([...latencyMs]).toEqual([1.5, Number.POSITIVE_INFINITY, 2])
  })

  test.each(['trace.txt', 'trace.txt.gz'])('comes back from %s as it was', async (name) => {
    const path = join(testFolder(), name)
    const header = 'one message every 2.902 ms\nsecond line'
    await writeTrace(path, { header, latencyMs: Float64Array.of(1.25, Number.POSITIVE_INFINITY, 0.001) })
    expect(readFileSync(path).toString('latin1').startsWith('#')).toBe(!name.endsWith('.gz'))
    expect(await readTrace(path)).toEqual({
      header,
      everyMs: 2.902,
      latencyMs: Float64Array.of(1.25, Number.POSITIVE_INFINITY, 0.001),
    })
  })

  test('keeps any latencies to the microsecond', () => {
    const micros = fc.oneof(fc.integer({ min: 0, max: 10_000_000 }), fc.constant(Number.POSITIVE_INFINITY))
    fc.assert(
      fc.property(fc.array(micros), fc.nat(10_000_000), (middle, end) => {
        const latencyMs = Float64Array.from([end, ...middle, end], (us) => us / 1000)
        const text = formatTrace({ header: 'one message every 5 ms', latencyMs })
        expect(parseTrace(text, 't.txt').latencyMs).toEqual(latencyMs)
      }),
    )
  })
})

describe('what is no trace', () => {
  test.each([
    ['', 't.txt: no messages in it'],
    [`${HEADER}\n`, 't.txt: no messages in it'],
    ['# nothing about how often\n0 1\n', 't.txt: its header lacks "one message every … ms"'],
    [`${HEADER}\n0 1\none 2\n`, 't.txt:3: not "number latencyMs"'],
    [`${HEADER}\n0 -1\n`, 't.txt:2: not "number latencyMs"'],
    [`${HEADER}\n0 NaN\n`, 't.txt:2: not "number latencyMs"'],
    [`${HEADER}\n0\n`, 't.txt:2: not "number latencyMs"'],
    [`${HEADER}\n4 1\n4 1\n`, 't.txt:3: number 4 comes after 4'],
    [`${HEADER}\n4 1\n2 1\n`, 't.txt:3: number 2 comes after 4'],
    [`${HEADER}\n0 1\n9007199254740993 1\n`, 't.txt:3: 9007199254740991 messages missing in a row'],
  ])('%j says why', (text, message) => {
    expect(() => parseTrace(text, 't.txt')).toThrow(TraceFileError)
    expect(() => parseTrace(text, 't.txt')).toThrow(message)
  })

  test('a file that is not there, or no gzip in spite of its name', async () => {
    const path = join(testFolder(), 'cut.txt.gz')
    await expect(readTrace(path)).rejects.toMatchObject({ name: 'TraceFileError', reason: 'can not be read' })
    writeFileSync(path, `${HEADER}\n0 1\n`)
    await expect(readTrace(path)).rejects.toMatchObject({ path, line: 0, reason: /not a gzip/ })
  })

  test('is not written either', async () => {
    const path = join(testFolder(), 'bad.txt')
    const write = writeTrace(path, {
      header: 'one message every 5 ms',
      latencyMs: Float64Array.of(Number.NaN),
    })
    await expect(write).rejects.toThrow(TraceFileError)
    await expect(readTrace(path)).rejects.toThrow('can not be read')
  })
})

test.each(readdirSync(TRACES))('%s has two minutes in it', async (name) => {
  const { everyMs, latencyMs } = await readTrace(join(TRACES, name))
  expect(latencyMs.length * everyMs).toBeGreaterThanOrEqual(120_000)
  expect(latencyMs.every((latency) => Number.isFinite(latency))).toBe(true)
})
