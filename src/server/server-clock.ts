/** The server clock: `process.hrtime` in µs, the same monotonic clock the capture child stamps with. */
export function serverUs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e6 + nanoseconds / 1e3
}

const startedNs = process.hrtime.bigint() - BigInt(Math.round(performance.now() * 1e6))

/** Nanoseconds since the process started, as text: more than a double holds. */
export function hrtimeText(): string {
  return String(process.hrtime.bigint() - startedNs)
}
