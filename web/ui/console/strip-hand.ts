// Whose word counts for each strip of the mixer: the server's, or that of the hand that is on it. Pure.
import type { Strip } from '../../../src/shared/mix-strips.ts'

export interface StripHand {
  /** As shown. */
  strips: readonly Strip[]
  /** As the server said last. */
  heard: readonly Strip[]
  /** Per strip: somebody drags it here. */
  held: readonly boolean[]
  /** Per strip: the number of the last change made here that the server has not answered; 0: there is none. */
  unanswered: readonly number[]
  /** Number of the last change made here. */
  changes: number
}

export const NO_STRIPS: StripHand = { strips: [], heard: [], held: [], unanswered: [], changes: 0 }

/** The server tells its mix, whoever made it: what is in somebody's hand here stays there. */
export function heard(hand: StripHand, strips: readonly Strip[]): StripHand {
  if (strips.length !== hand.strips.length) {
    const none = strips.map(() => 0)
    return { ...hand, strips, heard: strips, held: none.map(() => false), unanswered: none }
  }
  return settle({ ...hand, heard: strips })
}

/** Somebody has moved something here. */
export function changed(hand: StripHand, index: number, change: Partial<Strip>): StripHand {
  const changes = hand.changes + 1
  return {
    ...hand,
    changes,
    strips: hand.strips.map((strip, i) => (i === index ? { ...strip, ...change } : strip)),
    unanswered: hand.unanswered.map((number, i) => (i === index ? changes : number)),
  }
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
  const held = hand.held.map((on, i) => on && !isDone(hand.unanswered[i], upTo))
  return settle({ ...done(hand, upTo), held })
}

function done(hand: StripHand, upTo: number): StripHand {
  return { ...hand, unanswered: hand.unanswered.map((number) => (number <= upTo ? 0 : number)) }
}

function isDone(number = 0, upTo: number): boolean {
  return number > 0 && number <= upTo
}

function settle(hand: StripHand): StripHand {
  const strips = hand.strips.map((mine, i) => {
    const free = !hand.held[i] && !hand.unanswered[i]
    return free ? (hand.heard[i] ?? mine) : mine
  })
  return { ...hand, strips }
}
