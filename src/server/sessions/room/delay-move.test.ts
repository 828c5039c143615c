import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DelaySchedule, delayMsAt } from '../../../shared/room/delay-schedule.ts'
import { redirect } from './delay-move.ts'

const LEAD_US = 1e6
const REST = { fromMs: 80, toMs: 80, atUs: 0 }

test('from rest it begins after the lead', () => {
  expect(redirect(REST, 100, 5e6, LEAD_US)).toEqual({ fromMs: 80, toMs: 100, atUs: 6e6 })
})

test('a move that has not begun gets another end, one that has goes further', () => {
  const move = { fromMs: 80, toMs: 100, atUs: 10e6 }
  expect(redirect(move, 70, 9e6, LEAD_US)).toEqual({ ...move, toMs: 70 })
  expect(redirect(move, 130, 15e6, LEAD_US)).toEqual({ ...move, toMs: 130 })
})

test('the other way it stops first, and turns then', () => {
  const move = { fromMs: 80, toMs: 100, atUs: 10e6 }
  const stopped = redirect(move, 80, 19e6, LEAD_US)
  expect(stopped).toEqual({ ...move, toMs: 90 })
  if (stopped === undefined) return
  expect(redirect(stopped, 80, 19.5e6, LEAD_US)).toBeUndefined()
  expect(redirect(stopped, 80, 20e6, LEAD_US)).toEqual({ fromMs: 90, toMs: 80, atUs: 21e6 })
})

test('whatever is wanted when: nothing changes before the lead, and the delay has no steps', () => {
  const wishes = fc.array(
    fc.tuple(fc.double({ min: 0, max: 30e6, noNaN: true }), fc.double({ min: 10, max: 400, noNaN: true })),
  )
  fc.assert(
    fc.property(wishes, (list) => {
      let schedule: DelaySchedule = REST
      let nowUs = 0
      for (const [waitUs, toMs] of list) {
        const movedMs = Math.abs(delayMsAt(schedule, nowUs + waitUs) - delayMsAt(schedule, nowUs))
        expect(movedMs).toBeLessThanOrEqual(waitUs * 1e-6 + 1e-9)
        nowUs += waitUs
        const next = redirect(schedule, toMs, nowUs, LEAD_US)
        if (next === undefined) continue
        for (const part of [0, 0.3, 0.7, 1])
          expect(delayMsAt(next, nowUs + part * LEAD_US)).toBeCloseTo(
            delayMsAt(schedule, nowUs + part * LEAD_US),
            9,
          )
        schedule = next
      }
    }),
  )
})
