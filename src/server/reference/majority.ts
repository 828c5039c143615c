// Who of several servers is to be believed: Marzullo's intersection. Pure.

/** Honest servers differ by a little more than they say; a lie that matters is larger. */
const SLACK_MS = 5

export interface Interval {
  lineMs: number
  errorMs: number
}

export interface Vote<T> {
  /** Their intervals have a time in common. More than half of all. */
  agreed: T[]
  /** Theirs do not contain it. */
  outvoted: T[]
}

/** Undefined when no time is in more than half of the intervals. */
export function majority<T extends Interval>(answers: readonly T[]): Vote<T> | undefined {
  let agreed: T[] = []
  // The largest overlap begins where one of them begins.
  for (const { lineMs, errorMs } of answers) {
    const edgeMs = lineMs - errorMs - SLACK_MS
    const here = answers.filter((answer) => contains(answer, edgeMs))
    if (here.length > agreed.length) agreed = here
  }
  if (agreed.length * 2 <= answers.length) return undefined
  return { agreed, outvoted: answers.filter((answer) => !agreed.includes(answer)) }
}

/** Whether two may both be right. */
export function overlap(a: Interval, b: Interval): boolean {
  return Math.abs(a.lineMs - b.lineMs) <= a.errorMs + b.errorMs + 2 * SLACK_MS
}

function contains({ lineMs, errorMs }: Interval, atMs: number): boolean {
  return atMs >= lineMs - errorMs - SLACK_MS && atMs <= lineMs + errorMs + SLACK_MS
}
