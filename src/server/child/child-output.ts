import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

const LONGEST_LINE = 500
/** Lines per second and stream that reach the log; a native library in trouble can write thousands. */
const LINES_PER_SECOND = 20

/** Hands each line that a child writes to `log`, cut to a length and to a rate. Ends with the stream. */
export function logLines(stream: Readable | null, log: (line: string) => void): void {
  if (stream === null) return
  let windowStartMs = 0
  let lines = 0
  const reader = createInterface({ input: stream })
  reader.on('line', (line) => {
    const nowMs = performance.now()
    if (nowMs - windowStartMs > 1000) {
      if (lines > LINES_PER_SECOND) log(`(${lines - LINES_PER_SECOND} more lines)`)
      windowStartMs = nowMs
      lines = 0
    }
    lines++
    if (lines <= LINES_PER_SECOND) log(line.slice(0, LONGEST_LINE))
  })
}
