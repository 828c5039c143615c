/** The server clock: `process.hrtime` in µs, the same monotonic clock the capture child stamps with. */
export function serverUs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e6 + nanoseconds / 1e3
}
