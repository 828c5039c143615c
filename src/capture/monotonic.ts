/** The server clock: microseconds of process.hrtime, the same in every process of one machine. */
export function nowUs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e6 + nanoseconds / 1e3
}
