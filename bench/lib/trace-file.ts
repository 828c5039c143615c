// Recorded networks, as the simulator replays them. A text file, gzipped when its name ends in .gz:
//
//   # what was recorded, how, between which ends; among it the words "one message every 5 ms"
//   0 10.482
//   1 11.304
//
// Then one line per message that arrived: its number, and its one-way latency in ms. Numbers grow; one that is left out
// never arrived.
import { readFile, writeFile } from 'node:fs/promises'
import { gunzipSync, gzipSync } from 'node:zlib'

export interface Trace {
  /** What the file says about itself, without the `#`. */
  header: string
  /** From one message to the next, ms; the header says it. */
  everyMs: number
  /** One-way latency of each message, ms, from the first that arrived to the last; Infinity: never arrived. */
  latencyMs: Float64Array
}

/** A file that is no trace, and where in it that shows. */
export class TraceFileError extends Error {
  override name = 'TraceFileError'
  readonly path: string
  readonly reason: string
  /** From 1; 0: the file as a whole. */
  readonly line: number
  constructor(path: string, reason: string, line = 0, options?: ErrorOptions) {
    super(`${path}${line > 0 ? `:${line}` : ''}: ${reason}`, options)
    this.path = path
    this.reason = reason
    this.line = line
  }
}

/** More in a row can not be told from a damaged file. */
const MAX_MISSING = 100_000

/** Throws TraceFileError on a file that can not be read as a trace. */
export async function readTrace(path: string): Promise<Trace> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new TraceFileError(path, 'can not be read', 0, { cause: error })
  })
  return parseTrace(unpacked(path, bytes).toString('utf8'), path)
}

/** `path` is for the errors. Throws TraceFileError. */
export function parseTrace(text: string, path: string): Trace {
  const header: string[] = []
  const latencyMs: number[] = []
  let first = 0
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.startsWith('#')) header.push(line.slice(1).trim())
    else if (line.trim() !== '') {
      const fail = (reason: string) => new TraceFileError(path, reason, index + 1)
      const [, digits, decimal] = /^(\d+)[ \t]+(\d+(?:\.\d+)?)\s*$/.exec(line) ?? []
      if (digits === undefined) throw fail('not "number latencyMs"')
      const number = Number(digits)
      if (latencyMs.length === 0) first = number
      const missing = number - first - latencyMs.length
      if (missing < 0) throw fail(`number ${number} comes after ${first + latencyMs.length - 1}`)
      if (missing > MAX_MISSING) throw fail(`${missing} messages missing in a row`)
      for (let i = 0; i < missing; i++) latencyMs.push(Number.POSITIVE_INFINITY)
      latencyMs.push(Number(decimal))
    }
  }
  if (latencyMs.length === 0) throw new TraceFileError(path, 'no messages in it')
  return {
    header: header.join('\n'),
    everyMs: everyMsOf(header.join(' '), path),
    latencyMs: Float64Array.from(latencyMs),
  }
}

/** Writes what `readTrace` reads, to the microsecond; the header must say how often a message was sent. */
export async function writeTrace(path: string, trace: Pick<Trace, 'header' | 'latencyMs'>): Promise<void> {
  const text = formatTrace(trace)
  parseTrace(text, path) // what nobody could read again is not written
  await writeFile(path, path.endsWith('.gz') ? gzipSync(text, { level: 9 }) : text)
}

export function formatTrace({ header, latencyMs }: Pick<Trace, 'header' | 'latencyMs'>): string {
  const lines = header.split('\n').map((line) => `# ${line}`)
  latencyMs.forEach((latency, number) => {
    if (latency !== Number.POSITIVE_INFINITY) lines.push(`${number} ${latency.toFixed(3)}`)
  })
  return `${lines.join('\n')}\n`
}

function unpacked(path: string, bytes: Buffer): Buffer {
  if (!path.endsWith('.gz')) return bytes
  try {
    return gunzipSync(bytes)
  } catch (error) {
    throw new TraceFileError(path, 'not a gzip file, or cut short', 0, { cause: error })
  }
}

function everyMsOf(header: string, path: string): number {
  const everyMs = Number(/one message every (\d+(?:\.\d+)?) ms/.exec(header)?.[1])
  if (!(everyMs > 0)) throw new TraceFileError(path, 'its header lacks "one message every … ms"')
  return everyMs
}
