import { expect, test } from 'vitest'
import { roomPositionAt } from '../../../shared/room/room-axis.ts'
import { syncCommand } from './sync-command.ts'

test('says where the room is when the move begins, and where it goes', () => {
  const anchor = { position: 44_100, captureUs: 7e6, rateHz: 44_100 }
  const schedule = { fromMs: 50, toMs: 70, atUs: 9e6 }
  const slowest = { id: 3, latencyMs: 65 }
  const command = syncCommand('together', { schedule, slowest, atOnce: false }, anchor)
  expect(command).toMatchObject({ serverUs: 9e6, groupDelayMs: 70, slowest, delay: schedule })
  expect(command.targetPosition).toBe(Math.round(roomPositionAt(anchor, schedule, 9e6)))
  expect(command.targetPosition).toBe(44_100 + 1.95 * 44_100)
})
