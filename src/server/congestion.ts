// How this computer's TCP minds the network, and what that does to a stream.
import { readFileSync } from 'node:fs'

/** Of Linux: what connections have that are not told otherwise. */
const PATH = '/proc/sys/net/ipv4/tcp_congestion_control'

/** Its name in the kernel, such as `cubic`; undefined: nobody says. */
export function congestionControl(path = PATH): string | undefined {
  try {
    return readFileSync(path, 'latin1').trim()
  } catch {
    return undefined // another system
  }
}

/**
 * A sentence for the log; undefined: nothing is the matter. BBR measures the least round trip anew every 10 s: for 200 ms it has four
 * segments under way and no more (draft-cardwell-iccrg-bbr-congestion-control-00, 4.3.5). A stream has more than that as soon as the
 * round trip is longer than four packets last, and whoever hears it then misses up to one round trip.
 */
export function congestionAdvice(name: string | undefined): string | undefined {
  if (name === undefined || !/^bbr/.test(name)) return undefined
  return `TCP is ${name} on this computer: every 10 s it holds back sound for who is far away, for up to a round trip. If they miss some, see "Congestion control" in docs/operations.md.`
}

/** Says it once. */
export function tellCongestion(log: { info(facts: object, message: string): void }): void {
  const congestion = congestionControl()
  const advice = congestionAdvice(congestion)
  if (advice !== undefined) log.info({ part: 'streaming', congestion }, advice)
}
