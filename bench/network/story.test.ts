import { describe, expect, test } from 'vitest'
import {
  episodesBetween,
  type Heard,
  ownEpisodesBetween,
  ownRecovery,
  recovery,
  rungStory,
  settledRung,
} from './story.ts'

const samples = [
  { atS: 0, rung: null, episodes: 0 },
  { atS: 0.1, rung: 'pcm16', episodes: 0 },
  { atS: 1.2, rung: 'opus-96', episodes: 3 },
  { atS: 19, rung: 'opus-96', episodes: 4 },
  { atS: 30, rung: 'opus-128', episodes: 4 },
  { atS: 31, rung: 'opus-96', episodes: 5 },
  { atS: 40, rung: 'opus-96', episodes: 5 },
]

test('rungs are told with when they began, and where it settled', () => {
  expect(rungStory(samples)).toBe('pcm16 0.1s → opus-96 1.2s → opus-128 30s → opus-96 31s')
  expect(settledRung(samples)).toBe('opus-96')
  expect([rungStory([]), settledRung([])]).toEqual(['', ''])
})

test('episodes are those of the time asked for', () => {
  expect(episodesBetween(samples, 20)).toBe(1)
  expect(episodesBetween(samples, Number.NEGATIVE_INFINITY)).toBe(5)
  expect(episodesBetween(samples, 0.5, 19)).toBe(4)
})

test('what follows a stall of the machine within a third of a second is not ours', () => {
  const seen = [0, 1, 1, 3, 3, 4].map((episodes, i) => ({ atS: 20 + i, episodes }))
  expect(ownEpisodesBetween(seen, [], 20)).toBe(4)
  expect(ownEpisodesBetween(seen, [{ fromS: 22.5, toS: 22.52 }], 20)).toBe(2)
  expect(ownEpisodesBetween(seen, [{ fromS: 21.7, toS: 21.75 }], 20)).toBe(2)
  expect(ownEpisodesBetween(seen, [{ fromS: 21.6, toS: 21.64 }], 20)).toBe(4)
  expect(ownEpisodesBetween(seen, [{ fromS: 23.01, toS: 23.02 }], 20)).toBe(4)
  expect(ownEpisodesBetween(seen, [], 21, 24)).toBe(2)
})

describe('recovery', () => {
  /** A chirp every half second; `delay` says what became of it. */
  const chirps = (delay: (atS: number) => number): Heard[] =>
    Array.from({ length: 80 }, (_, i) => ({ atS: i / 2, latencyMs: delay(i / 2) }))
  const inOutage = (atS: number) => atS >= 20 && atS < 25

  test('is the first chirp with the former delay, when the following have it too', () => {
    const heard = chirps((atS) => (inOutage(atS) ? Number.NaN : atS < 26 && atS >= 25 ? 90 : 40))
    expect(recovery(heard, 20, 25)).toEqual({ beforeMs: 40, afterMs: 40, recoverMs: 1040 })
  })

  test('one good chirp among bad ones is none', () => {
    const heard = chirps((atS) => (inOutage(atS) || atS === 26 ? Number.NaN : 40))
    expect(recovery(heard, 20, 25).recoverMs).toBe(1540)
  })

  test('with another delay it never recovers', () => {
    const { afterMs, recoverMs } = recovery(
      chirps((atS) => (inOutage(atS) ? Number.NaN : atS > 20 ? 60 : 40)),
      20,
      25,
    )
    expect([afterMs, recoverMs]).toEqual([60, Number.NaN])
  })
})

describe('recovery by the page itself', () => {
  /** A look every tenth of a second; nothing comes from 20 s until `soundS`, and the buffer is then `bufferMs`. */
  const looks = (soundS: number, bufferMs: (atS: number) => number) =>
    Array.from({ length: 400 }, (_, i) => {
      const atS = i / 10
      const concealedMs = Math.max(0, Math.min(atS, soundS) - 20) * 1000
      return { atS, bufferMs: bufferMs(atS), concealedMs }
    })

  test('is when nothing more is missing, and the buffer is as before', () => {
    const { beforeMs, afterMs, recoverMs } = ownRecovery(
      looks(25.4, () => 40),
      20,
      25,
    )
    expect([beforeMs, afterMs]).toEqual([40, 40])
    expect(recoverMs).toBeCloseTo(400, 6)
  })

  test('a buffer that is still on its way back is not as before', () => {
    const { recoverMs } = ownRecovery(
      looks(25.2, (atS) => (atS > 20 && atS < 27 ? 48 : 40)),
      20,
      25,
    )
    expect(recoverMs).toBeCloseTo(2000, 6)
  })

  test('with another delay, or with sound that is missing again and again, never', () => {
    const other = ownRecovery(
      looks(25, (atS) => (atS > 20 ? 60 : 40)),
      20,
      25,
    )
    expect([other.afterMs - other.beforeMs, other.recoverMs]).toEqual([20, Number.NaN])
    expect(
      ownRecovery(
        looks(40, () => 40),
        20,
        25,
      ).recoverMs,
    ).toBeNaN()
  })
})
