// npm run bench                          lists the benches with their questions
// npm run bench -- NAME [options]        runs one and prints a table; exit code 1 when over budget
// npm run bench -- NAME --json           exactly one JSON object on stdout, everything else on stderr
// npm run bench -- NAME --help           what its options are
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Bench } from './lib/bench.ts'
import { explainOptions } from './lib/options.ts'
import { formatReport } from './lib/report.ts'

/** A file beside this one that exports `bench` is one; it is loaded when asked for. */
const NAMES = readdirSync(import.meta.dirname)
  .filter((file) => /^[a-z0-9-]+\.ts$/.test(file) && file !== 'run.ts')
  .map((file) => file.replace(/\.ts$/, ''))

async function load(name: string): Promise<Bench> {
  const module = (await import(pathToFileURL(join(import.meta.dirname, `${name}.ts`)).href)) as {
    bench: Bench
  }
  return module.bench
}

async function main([name, ...rest]: string[]): Promise<number> {
  if (name === undefined || name.startsWith('-')) {
    for (const bench of await Promise.all(NAMES.map(load))) {
      process.stdout.write(`${bench.name.padEnd(12)} ${bench.question}\n`)
    }
    return 0
  }
  if (!NAMES.includes(name)) {
    process.stderr.write(`no bench "${name}"; there are: ${NAMES.join(', ')}\n`)
    return 2
  }
  const bench = await load(name)
  if (rest.includes('--help')) {
    process.stdout.write(`${bench.name}: ${bench.question}\n\n${explainOptions(bench.options)}\n`)
    return 0
  }
  const report = await bench.run(rest.filter((arg) => arg !== '--json'))
  process.stdout.write(rest.includes('--json') ? `${JSON.stringify(report)}\n` : `${formatReport(report)}\n`)
  return report.ok ? 0 : 1
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  // What it was in the middle of, a timer or a recording, would keep it for ever.
  process.exit(2)
})
