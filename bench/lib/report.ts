// What every bench gives back: a table for people on stdout, or with --json exactly one object.
import { type Machine, machine } from './machine.ts'
import { round } from './statistics.ts'

export interface Budget {
  name: string
  /** null: could not be measured here. */
  value: number | null
  limit: number
  unit: string
  ok: boolean
}

export type Row = Record<string, string | number | boolean | null>

export interface Report {
  name: string
  /** Every budget is met. */
  ok: boolean
  machine: Machine
  budgets: Budget[]
  rows: Row[]
}

/** A budget that is met at or under its limit. A value that is missing or NaN is a budget missed. */
export function atMost(name: string, value: number, limit: number, unit: string): Budget {
  return { name, value: Number.isFinite(value) ? value : null, limit, unit, ok: value <= limit }
}

/** As `atMost`, for what some browsers do not tell: null passes, and is printed as unknown. */
export function atMostIfKnown(name: string, value: number | null, limit: number, unit: string): Budget {
  return { name, value, limit, unit, ok: value === null || value <= limit }
}

export function makeReport(name: string, budgets: Budget[], rows: Row[]): Report {
  return { name, ok: budgets.every(({ ok }) => ok), machine: machine(), budgets, rows }
}

/** For people: one line per row, then one per budget. */
export function formatReport(report: Report): string {
  const { cpus, model, node, kernel, stolenPercent } = report.machine
  const stolen = stolenPercent === null ? '' : `, ${round(stolenPercent, 1)} % of its time stolen by the host`
  const budgets = report.budgets.map(({ name, value, limit, unit, ok }) => ({
    budget: name,
    value: value ?? 'unknown',
    limit,
    unit,
    '': ok ? 'ok' : 'OVER',
  }))
  return [
    `${report.name} — ${cpus} × ${model}, Node ${node}, Linux ${kernel}${stolen}`,
    ...alike(report.rows).map(table),
    table(budgets),
    report.ok ? 'within budget' : 'OVER BUDGET',
  ].join('\n\n')
}

/** Neighbouring rows with the same columns make one table. */
function alike(rows: readonly Row[]): Row[][] {
  const groups: Row[][] = []
  for (const row of rows) {
    const group = groups.at(-1)
    if (group && String(Object.keys(group[0] ?? {})) === String(Object.keys(row))) group.push(row)
    else groups.push([row])
  }
  return groups
}

function table(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const lines = [columns, ...rows.map((row) => columns.map((column) => cell(row[column])))]
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => (line[i] ?? '').length)))
  const numeric = columns.map((column) => rows.every((row) => typeof (row[column] ?? 0) === 'number'))
  return lines
    .map((line) =>
      line
        .map((text, i) => (numeric[i] ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function cell(value: Row[string] | undefined): string {
  return value === null || value === undefined ? '–' : String(value)
}
