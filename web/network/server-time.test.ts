import { expect, test } from 'vitest'
import type { ClockEstimate } from '../../src/shared/clock/clock-sync.ts'
import { ServerTime } from './server-time.ts'

test('a server clock that has stepped is believed within the burst that shows it and one more', () => {
  let estimate: ClockEstimate | undefined
  let asked: string | undefined
  const time = new ServerTime(
    { connected: true, send: (text) => (asked = text), heardAnswer: () => {} },
    {
      setClock: (clock) => {
        estimate = clock
      },
    },
  )
  let nowMs = 0
  let aheadMs = 1000
  /** Answers after 2 ms each all that is asked, until nothing is. */
  const answerAll = (): number => {
    let answers = 0
    for (time.tick(nowMs); asked; answers++) {
      const sample = JSON.parse(asked).samples[0]
      asked = undefined
      const us = (nowMs + 1 + aheadMs) * 1000
      nowMs += 2
      const reply = { ...sample, serverReceivedUs: us, serverSentUs: us }
      time.heard({ type: 'time_sync_batch', samples: [reply] }, nowMs)
    }
    return answers
  }
  time.connected()
  time.ask(nowMs)
  for (const atMs of [0, 2000, 4000, 6000, 8000, 10_000]) {
    nowMs = atMs
    expect(answerAll()).toBe(8)
  }
  aheadMs += 10
  nowMs = 20_000
  expect(answerAll()).toBe(16)
  expect(estimate?.offsetMs).toBeCloseTo(1010, 6)
})
