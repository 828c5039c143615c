// A rung that somebody pins through the server is shown while it holds, and is no choice of this page's.
import { expect, test, vi } from 'vitest'
import { ABLE, pretendPage } from './fake-page.ts'
import { FakeWorker } from './fake-worker.ts'
import { Player } from './player.ts'

vi.mock('../../public/audio-processor.ts?worker&url', () => ({ default: 'worklet.js' }))

const memory = pretendPage()

test('it is shown in this listening only; what was chosen here is what is kept', () => {
  const player = new Player(ABLE)
  player.setRung('opus-256')
  player.listen()
  const [worker] = FakeWorker.made
  expect(worker?.told[0]).toMatchObject({ kind: 'open', wish: 'opus-256' })
  worker?.says({ kind: 'wish', wish: 'opus-64' })
  worker?.says({ kind: 'link', link: { phase: 'waiting', why: 'lost', retryAtMs: 0 } })
  expect(player.stats().link.wish).toBe('opus-64')
  expect(player.store.snapshot().stats.link.wish).toBe('opus-64')
  player.setRung('auto')
  expect(worker?.told.at(-1)).toEqual({ kind: 'rung', wish: 'auto' })
  expect(player.stats().link.wish).toBe('auto')
  worker?.says({ kind: 'wish', wish: 'opus-64' })
  player.stop()
  expect(player.stats().link.wish).toBe('auto')
  expect([...memory.values()]).toContain('auto')
  player.listen()
  expect(FakeWorker.made[1]?.told[0]).toMatchObject({ kind: 'open', wish: 'auto' })
  player.stop()
})
