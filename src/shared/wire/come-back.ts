// The reason of a close with CLOSE.restarting: when to come back. Not all at once: who closes tells everybody another time.

/** No sooner: a restart takes about as long. ms */
const LEAST_MS = 500
/** No later, however many they are. ms */
const MOST_MS = 3000
/** From one to the next, as long as they are few. ms */
const APART_MS = 10
/** Of somebody else's server; longer is not believed. ms */
const BELIEVED_MS = 60_000

/** One time for each of `count`, ascending and evenly spread, ms; `random`: 0 to 1, keeps two servers' listeners apart. */
export function comeBackTimesMs(count: number, random: () => number): number[] {
  const apartMs = Math.min(APART_MS, (MOST_MS - LEAST_MS) / count)
  return Array.from({ length: count }, (_, i) => Math.floor(LEAST_MS + (i + random()) * apartMs))
}

/** For people and programs. */
export function comeBackReason(inMs: number): string {
  return `The server is restarting; retry in ${inMs} ms.`
}

/** In how many ms; undefined: it does not say, or nothing that can be believed. */
export function readComeBackMs(reason: string): number | undefined {
  const inMs = Number(/retry in (\d{1,6}) ms/.exec(reason)?.[1])
  return inMs <= BELIEVED_MS ? inMs : undefined
}
