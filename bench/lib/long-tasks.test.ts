import { expect, test } from 'vitest'
import { ownTasks } from './long-tasks.ts'

test('a task is ours unless the whole machine stood still in it', () => {
  const tasks = [
    { atMs: 1000, lengthMs: 80 },
    { atMs: 2000, lengthMs: 60 },
  ]
  const stalls = [
    { atMs: 1010, lateMs: 70 },
    { atMs: 2500, lateMs: 300 },
  ]
  expect(ownTasks(tasks, stalls)).toEqual([{ atMs: 2000, lengthMs: 60 }])
})
