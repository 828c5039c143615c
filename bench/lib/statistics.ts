/** Value below which `share` (0–1) of the values lie, by nearest rank; NaN when there are none. */
export function percentile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

/** Middle value; NaN when there are none. */
export function median(values: ArrayLike<number>): number {
  return percentile(values, 0.5)
}

export interface Spread {
  min: number
  p50: number
  p95: number
  p99: number
  max: number
}

export function spread(values: ArrayLike<number>): Spread {
  return {
    min: percentile(values, 0),
    p50: percentile(values, 0.5),
    p95: percentile(values, 0.95),
    p99: percentile(values, 0.99),
    max: percentile(values, 1),
  }
}

/** Rounded for a report. */
export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits))
}

/** Slope of the straight line that fits best, y per x. */
export function slope(xs: readonly number[], ys: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [mx, my] = [mean(xs), mean(ys)]
  let [xy, xx] = [0, 0]
  xs.forEach((x, i) => {
    xy += (x - mx) * ((ys[i] ?? my) - my)
    xx += (x - mx) ** 2
  })
  return xx === 0 ? 0 : xy / xx
}
