import { parseArgs } from 'node:util'

/** An option of a bench: its default fixes its type. `--no-x` is spelled as an option of its own. */
export interface OptionSpec {
  fallback: number | string | boolean
  explain: string
}

export type Options<T extends Record<string, OptionSpec>> = {
  [K in keyof T]: T[K]['fallback'] extends number
    ? number
    : T[K]['fallback'] extends boolean
      ? boolean
      : string
}

/** Reads `--name value` and `--flag`; throws on what it does not know, and on numbers that are none. */
export function readOptions<T extends Record<string, OptionSpec>>(
  specs: T,
  argv: readonly string[],
): Options<T> {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { fallback }]) => [
      name,
      { type: typeof fallback === 'boolean' ? ('boolean' as const) : ('string' as const) },
    ]),
  )
  const { values } = parseArgs({ args: [...argv], options, strict: true })
  const entries = Object.entries(specs).map(([name, { fallback }]) => {
    const given = values[name]
    if (given === undefined) return [name, fallback]
    if (typeof fallback !== 'number') return [name, given]
    const number = Number(given)
    if (!Number.isFinite(number)) throw new Error(`--${name} wants a number, not "${String(given)}"`)
    return [name, number]
  })
  return Object.fromEntries(entries) as Options<T>
}

/** One line per option, for --help. */
export function explainOptions(specs: Record<string, OptionSpec>): string {
  return Object.entries(specs)
    .map(([name, { fallback, explain }]) => `  --${name.padEnd(14)} ${explain} (${String(fallback)})`)
    .join('\n')
}
