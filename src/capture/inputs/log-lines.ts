// What a command says on stderr, as log messages: whole lines, bounded in length and in number per second.
import type { Log } from './input.ts'

const MAX_LINE = 300
const MAX_LINES_PER_SECOND = 10

export class LogLines {
  /** The last line seen: why a command died, as a rule. */
  last = ''
  readonly #log: Log
  #partial = ''
  #secondUs = 0
  #lines = 0

  constructor(log: Log) {
    this.#log = log
  }

  push(text: string, nowUs: number): void {
    const lines = (this.#partial + text).split(/\r?\n|\r/)
    this.#partial = (lines.pop() ?? '').slice(0, MAX_LINE)
    for (const line of lines) if (line.trim() !== '') this.#say(line.slice(0, MAX_LINE), nowUs)
  }

  /** The stream has ended: what is left counts as a line. */
  end(nowUs: number): void {
    this.push('\n', nowUs)
  }

  #say(line: string, nowUs: number): void {
    this.last = line
    if (nowUs - this.#secondUs >= 1e6) {
      this.#secondUs = nowUs
      this.#lines = 0
    }
    this.#lines++
    if (this.#lines <= MAX_LINES_PER_SECOND) this.#log('info', `capture command: ${line}`)
    else if (this.#lines === MAX_LINES_PER_SECOND + 1)
      this.#log('warn', 'capture command: says more than can be logged; lines are left out')
  }
}
