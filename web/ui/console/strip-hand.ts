// Whose word counts for each control of the mixer: the server's, or that of the hand that is on it. Pure.
import type { Strip, StripChange } from '../../../src/shared/mix-strips.ts'

type Control = keyof Strip
/** What a hand drags; a switch is not held. */
const DRAGGED: readonly Control[] = ['gainDb', 'pan']

export interface StripHand {
  /** As shown. */
  strips: readonly Strip[]
  /** As the server said last. */
  heard: readonly Strip[]
  /** Per strip: somebody drags it here. */
  held: readonly boolean[]
  /** Per strip: its controls that were changed here and the server has not answered, with the number of the last change. */
  unanswered: readonly ReadonlyMap<Control, number>[]
  /** Number of the last change made here. */
  changes: number
}

export const NO_STRIPS: StripHand = { strips: [], heard: [], held: [], unanswered: [], changes: 0 }

/** The server tells its mix, whoever made it: what is in somebody's hand here stays there. */
export function heard(hand: StripHand, strips: readonly Strip[]): StripHand {
  if (strips.length !== hand.strips.length) {
    const held = strips.map(() => false)
    return { ...hand, strips, heard: strips, held, unanswered: strips.map(() => new Map()) }
  }
  return settle({ ...hand, heard: strips })
}

/** Somebody has moved something here. */
export function changed(hand: StripHand, index: number, change: StripChange): StripHand {
  const changes = hand.changes + 1
  return {
    ...hand,
    changes,
    strips: hand.strips.map((strip, i) => (i === index ? { ...strip, ...change } : strip)),
    unanswered: hand.unanswered.map((numbers, i) =>
      i === index ? withAll(numbers, change, changes) : numbers,
    ),
  }
}

/**
 * What the server is to be told, a change per strip: only what was changed here, since this page may know the rest as it was an hour
 * ago. Undefined: nothing.
 */
export function untold(hand: StripHand): StripChange[] | undefined {
  if (hand.unanswered.every(({ size }) => size === 0)) return undefined
  return hand.strips.map((strip, i) => only(strip, [...(hand.unanswered[i]?.keys() ?? [])]))
}

/** A hand is laid on a strip, or taken off. */
export function holding(hand: StripHand, index: number, on: boolean): StripHand {
  return settle({ ...hand, held: hand.held.map((was, i) => (i === index ? on : was)) })
}

/** The server has done everything up to change `upTo`, and `strips` is what came of it. */
export function answered(hand: StripHand, upTo: number, strips: readonly Strip[]): StripHand {
  return heard(done(hand, upTo), strips)
}

/** The server would not: what was changed up to `upTo` goes back, and out of the hand. */
export function refused(hand: StripHand, upTo: number): StripHand {
  const isRefused = (i: number) => [...(hand.unanswered[i]?.values() ?? [])].some((number) => number <= upTo)
  const held = hand.held.map((on, i) => on && !isRefused(i))
  return settle({ ...done(hand, upTo), held })
}

function done(hand: StripHand, upTo: number): StripHand {
  const open = (numbers: ReadonlyMap<Control, number>) =>
    new Map([...numbers].filter(([, number]) => number > upTo))
  return { ...hand, unanswered: hand.unanswered.map(open) }
}

function settle(hand: StripHand): StripHand {
  const strips = hand.strips.map((mine, i) => {
    const dragged = hand.held[i] ? DRAGGED : []
    const unanswered = hand.unanswered[i]?.keys() ?? []
    return { ...(hand.heard[i] ?? mine), ...only(mine, [...dragged, ...unanswered]) }
  })
  return { ...hand, strips }
}

function only(strip: Strip, controls: readonly Control[]): StripChange {
  return Object.fromEntries(controls.map((control) => [control, strip[control]]))
}

function withAll(
  numbers: ReadonlyMap<Control, number>,
  change: StripChange,
  number: number,
): ReadonlyMap<Control, number> {
  const controls = Object.keys(change) as Control[]
  return new Map([...numbers, ...controls.map((control) => [control, number] as const)])
}
