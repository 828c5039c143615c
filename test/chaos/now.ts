/** The monotonic clock of this machine, µs: the same in every process, and what packets are stamped with. */
export function nowUs(): number {
  return Number(process.hrtime.bigint()) / 1000
}
