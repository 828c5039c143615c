// Where a group's delay may go from where it is. One schedule replaces another, and nobody is to notice before the
// time announced: until then both must say the same.
import { type DelaySchedule, delayMsAt, settledUs } from '../../../shared/room/delay-schedule.ts'

/**
 * The schedule that leads towards `toMs` and differs from `schedule` only after `nowUs + leadUs`, at the earliest. A
 * move the other way is first stopped, so ask again when it is over. Undefined: not now, a move is about to end.
 */
export function redirect(
  schedule: DelaySchedule,
  toMs: number,
  nowUs: number,
  leadUs: number,
): DelaySchedule | undefined {
  const freeUs = nowUs + leadUs
  const restUs = settledUs(schedule)
  if (nowUs >= restUs) return { fromMs: schedule.toMs, toMs, atUs: freeUs }
  if (schedule.atUs >= freeUs) return { ...schedule, toMs }
  if (restUs <= freeUs) return undefined
  const thereMs = delayMsAt(schedule, freeUs)
  const onward = (toMs - thereMs) * (schedule.toMs - schedule.fromMs) >= 0
  return { ...schedule, toMs: onward ? toMs : thereMs }
}
