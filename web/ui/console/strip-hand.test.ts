import { expect, test } from 'vitest'
import type { Strip } from '../../../src/shared/mix-strips.ts'
import { answered, changed, heard, holding, NO_STRIPS, refused, untold } from './strip-hand.ts'

const strip = (gainDb: number): Strip => ({ gainDb, pan: 0, mute: false, solo: false })
const desk = (...gains: number[]) => heard(NO_STRIPS, gains.map(strip))
const gains = ({ strips }: { strips: readonly Strip[] }) => strips.map(({ gainDb }) => gainDb)

test('what another console does is seen here', () => {
  expect(gains(heard(desk(0, 0), [strip(-6), strip(0)]))).toEqual([-6, 0])
})

test('a strip that is dragged here stays in the hand, the others follow; let go, it is as the server says', () => {
  let hand = holding(desk(0, 0), 0, true)
  hand = changed(hand, 0, { gainDb: -10 })
  hand = answered(hand, 1, [strip(-10), strip(0)])
  hand = heard(hand, [strip(-20), strip(-3)])
  expect(gains(hand)).toEqual([-10, -3])
  expect(gains(holding(hand, 0, false))).toEqual([-20, -3])
})

test('an answer to an earlier change does not move a strip back that has been let go', () => {
  let hand = changed(changed(desk(0), 0, { gainDb: -5 }), 0, { gainDb: -9 })
  hand = answered(hand, 1, [strip(-5)])
  expect(gains(hand)).toEqual([-9])
  hand = heard(hand, [strip(-5)])
  expect(gains(hand)).toEqual([-9])
  expect(gains(answered(hand, 2, [strip(-9)]))).toEqual([-9])
})

test('refused, a strip goes back, also out of the hand that drags it; a later change waits for its own answer', () => {
  let hand = changed(holding(desk(0, 0), 0, true), 0, { gainDb: -5 })
  hand = changed(hand, 1, { mute: true })
  hand = refused(hand, 1)
  expect(gains(hand)).toEqual([0, 0])
  expect(hand.held).toEqual([false, false])
  expect(hand.strips[1]?.mute).toBe(true)
  expect(refused(hand, 2).strips[1]?.mute).toBe(false)
})

test('a fader that is dragged here leaves the switches beside it to others', () => {
  let hand = changed(holding(desk(0), 0, true), 0, { gainDb: -10 })
  hand = answered(hand, 1, [strip(-10)])
  hand = heard(hand, [{ ...strip(-20), mute: true }])
  expect(hand.strips[0]).toMatchObject({ gainDb: -10, mute: true })
})

test('the server is told what was changed here and not answered, and of nothing else', () => {
  let hand = desk(0, 0)
  expect(untold(hand)).toBeUndefined()
  hand = changed(changed(hand, 0, { gainDb: -5 }), 1, { mute: true })
  expect(untold(hand)).toEqual([{ gainDb: -5 }, { mute: true }])
  hand = changed(hand, 0, { pan: 1 })
  hand = answered(hand, 2, [strip(-5), { ...strip(0), mute: true }])
  expect(untold(hand)).toEqual([{ pan: 1 }, {}])
  expect(untold(refused(hand, 3))).toBeUndefined()
})

test('a source with another number of channels begins anew', () => {
  const hand = heard(changed(holding(desk(0, 0), 1, true), 1, { gainDb: 3 }), [strip(1), strip(2), strip(3)])
  expect(gains(hand)).toEqual([1, 2, 3])
  expect(hand.held).toEqual([false, false, false])
})
