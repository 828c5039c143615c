// A server that does not let the page in: a browser tells only that the WebSocket was not taken.
import { expect, test, vi } from 'vitest'
import { statusWords } from '../ui/listen/words.ts'
import { ABLE, pretendPage } from './fake-page.ts'
import { FakeWorker } from './fake-worker.ts'
import { Player } from './player.ts'

vi.mock('../../public/audio-processor.ts?worker&url', () => ({ default: 'worklet.js' }))

const WORDS = 'This link has expired. Ask for a new one.'

pretendPage({ search: '?invite=t' })

async function refusedWith(status: number) {
  vi.stubGlobal('fetch', async () => Response.json({ message: WORDS }, { status }))
  const player = new Player(ABLE)
  player.listen()
  const worker = FakeWorker.made.at(-1) as FakeWorker
  worker.says({ kind: 'link', link: { phase: 'waiting', why: 'unreachable', retryAtMs: 0 } })
  await vi.advanceTimersByTimeAsync(0)
  return { player, worker }
}

test('why is said in the server’s words, nothing is tried again, and Listen begins anew', async () => {
  const { player, worker } = await refusedWith(401)
  expect(player.stats().state).toBe('failed')
  expect(statusWords(player.store.snapshot())).toBe(WORDS)
  expect(worker.told.at(-1)).toEqual({ kind: 'close' })
  player.listen()
  expect(player.stats().state).toBe('connecting')
  expect(FakeWorker.made.at(-1)).not.toBe(worker)
  player.stop()
})

test.each([200, 429, 503])('with %i it goes on trying', async (status) => {
  const { player, worker } = await refusedWith(status)
  expect(player.stats().state).toBe('reconnecting')
  expect(worker.told).not.toContainEqual({ kind: 'close' })
  player.stop()
})
