import { setImmediate as turn } from 'node:timers/promises'
import { Counter, Gauge, Registry } from 'prom-client'
import { BucketHistogram, type LabelledDistribution } from './bucket-histogram.ts'
import type { Distribution } from './buckets.ts'

/** One value and what it is of; undefined: there is none at present. */
export interface Sample<L extends string = string> {
  labels: Readonly<Record<L, string>>
  value: number
}

/**
 * Metrics that are read where they are counted, and only when somebody asks: nothing is observed on the way of the sound.
 * Labels must come from what the code knows, never from outside.
 */
export class MetricSet {
  readonly registry = new Registry()

  get contentType(): string {
    return this.registry.contentType
  }

  /** All of them, as Prometheus reads it. One at a turn of the loop: together they would keep a packet waiting for ms. */
  async text(): Promise<string> {
    const { registry } = this
    const texts: string[] = []
    for (const { name } of registry.getMetricsAsArray()) {
      texts.push(await registry.getSingleMetricAsString(name))
      await turn()
    }
    return `${texts.join('\n\n')}\n`
  }

  /** Only grows, or begins anew. Undefined: no sample at present. */
  counter(name: string, help: string, read: () => number | undefined): void {
    const { registry } = this
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        const value = read()
        this.remove()
        if (value !== undefined) this.inc(value)
      },
    })
  }

  counters<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    read: () => Iterable<Sample<L>>,
  ): void {
    new Counter({
      name,
      help,
      labelNames,
      registers: [this.registry],
      collect() {
        this.reset()
        for (const { labels, value } of read()) this.inc(labels, value)
      },
    })
  }

  /** Undefined: no sample at present. */
  gauge(name: string, help: string, read: () => number | undefined): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        const value = read()
        this.remove()
        if (value !== undefined) this.set(value)
      },
    })
  }

  gauges<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    read: () => Iterable<Sample<L>>,
  ): void {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      collect() {
        this.reset()
        for (const { labels, value } of read()) this.set(labels, value)
      },
    })
  }

  /** Counted in ms, told in seconds. Undefined: no sample at present. */
  histogram(name: string, help: string, readMs: () => Distribution | undefined): void {
    this.#histogram(name, help, () => {
      const counted = readMs()
      return counted === undefined ? [] : [{ labels: {}, counted }]
    })
  }

  histograms(name: string, help: string, readMs: () => Iterable<LabelledDistribution>): void {
    this.#histogram(name, help, readMs)
  }

  #histogram(name: string, help: string, readMs: () => Iterable<LabelledDistribution>): void {
    this.registry.registerMetric(new BucketHistogram(name, help, readMs))
  }
}

/** Of counts by name: one sample each. */
export function byName<L extends string>(label: L, counts: Readonly<Record<string, number>>): Sample<L>[] {
  return Object.entries(counts).map(([name, value]) => ({
    labels: { [label]: snakeCase(name) } as Record<L, string>,
    value,
  }))
}

/** `inFlight` and `not-json` → `in_flight`, `not_json` */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replaceAll('-', '_')
}
