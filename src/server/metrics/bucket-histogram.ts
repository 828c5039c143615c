import { Histogram } from 'prom-client'
import type { Distribution } from './buckets.ts'

export interface LabelledDistribution {
  labels: Readonly<Record<string, string>>
  /** ms */
  counted: Distribution
}

interface Row {
  metricName: string
  labels: Record<string, string | number>
  value: number
}

/** A histogram that was counted elsewhere, in ms, and is told in seconds. */
export class BucketHistogram extends Histogram {
  readonly #name: string
  readonly #help: string
  readonly #readMs: () => Iterable<LabelledDistribution>

  constructor(name: string, help: string, readMs: () => Iterable<LabelledDistribution>) {
    super({ name, help, registers: [] })
    this.#name = name
    this.#help = help
    this.#readMs = readMs
  }

  override async get(): ReturnType<Histogram['get']> {
    const values = [...this.#readMs()].flatMap((one) => rowsOf(this.#name, one))
    const metric: unknown = {
      name: this.#name,
      help: this.#help,
      type: 'histogram',
      values,
      aggregator: 'sum',
    }
    return metric as Awaited<ReturnType<Histogram['get']>>
  }

  /** What the registry asks for its text. */
  getForPromString(): ReturnType<Histogram['get']> {
    return this.get()
  }
}

function rowsOf(name: string, { labels, counted }: LabelledDistribution): Row[] {
  const { edges, counts, sum } = counted
  const rows: Row[] = []
  let total = 0
  for (let i = 0; i < counts.length; i++) {
    total += counts[i] as number
    const edge = edges[i]
    rows.push({
      metricName: `${name}_bucket`,
      labels: { ...labels, le: edge === undefined ? '+Inf' : seconds(edge) },
      value: total,
    })
  }
  rows.push({ metricName: `${name}_sum`, labels: { ...labels }, value: sum / 1000 })
  rows.push({ metricName: `${name}_count`, labels: { ...labels }, value: total })
  return rows
}

/** Without the dust of the division: an edge is a name, too. */
function seconds(ms: number): number {
  return Number((ms / 1000).toPrecision(6))
}
