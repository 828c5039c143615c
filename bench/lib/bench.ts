import { type OptionSpec, type Options, readOptions } from './options.ts'
import type { Report } from './report.ts'

/** One question, answered with numbers. A file in `bench/` exports it as `bench`. */
export interface Bench {
  /** What `npm run bench -- NAME` calls it. */
  name: string
  question: string
  options: Record<string, OptionSpec>
  /** Leaves nothing running. Progress goes to stderr. */
  run(argv: readonly string[]): Promise<Report>
}

export function defineBench<const T extends Record<string, OptionSpec>>(bench: {
  name: string
  question: string
  options: T
  run(options: Options<T>): Promise<Report>
}): Bench {
  return { ...bench, run: (argv) => bench.run(readOptions(bench.options, argv)) }
}

/** Says on stderr what the bench is doing. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
