import { expect, test } from 'vitest'
import { readStats, type Stats } from '../player/stats.ts'
import { EventLog } from './events.ts'

type Change = { [K in keyof Stats]?: Stats[K] extends object ? Partial<Stats[K]> | Stats[K] : Stats[K] }

const IDLE = readStats({ state: 'playing', control: undefined, device: undefined, stream: undefined })

/** A log that is told of one change after the other, 100 ms apart. */
function setup() {
  const log = new EventLog()
  let stats: Stats = { ...IDLE, streamId: 7, rung: 'pcm16', targetMs: 10 }
  let atMs = 1000
  log.look(stats, atMs)
  const change = (part: Change = {}, afterMs = 100) => {
    for (const [name, value] of Object.entries(part)) {
      const known = stats[name as keyof Stats]
      const merged = typeof value === 'object' && value !== null ? { ...(known as object), ...value } : value
      stats = { ...stats, [name]: merged }
    }
    atMs += afterMs
    log.look(stats, atMs)
  }
  return { log, change, told: () => log.events.map(({ kind, what }) => `${kind}: ${what}`) }
}

test('nothing happens while nothing changes, and the list stays the same one', () => {
  const { log, change } = setup()
  const { events } = log
  change()
  change({ ppm: 12, bufferMs: 11 })
  expect(log.events).toBe(events)
  expect(events).toEqual([])
})

test('an episode grows for as long as it goes on, and the next is another', () => {
  const { log, change } = setup()
  change({ underruns: { episodes: 1, concealedMs: 60 } })
  change({ underruns: { episodes: 1, concealedMs: 150 } })
  change()
  change({ underruns: { episodes: 1, concealedMs: 155 } })
  change({}, 5000)
  change({ underruns: { episodes: 2, concealedMs: 165 } })
  expect(log.events).toEqual([
    { atMs: 1040, kind: 'episode', what: 'underrun', lengthMs: 155 },
    { atMs: 6490, kind: 'episode', what: 'underrun', lengthMs: 10 },
  ])
})

test('what is concealed before its episode is counted belongs to it', () => {
  const { log, change } = setup()
  change({ underruns: { episodes: 0, concealedMs: 20 } })
  change({ underruns: { episodes: 1, concealedMs: 50 } })
  expect(log.events.map(({ lengthMs }) => lengthMs)).toEqual([50])
})

test('each kind of change is told in words', () => {
  const { change, told } = setup()
  change({ resyncs: 1 })
  change({ device: { underruns: 3 } })
  change({ device: { underruns: 5 } })
  change({ state: 'reconnecting' })
  change({ state: 'playing', streamId: 8 })
  change({ link: { gapsAnnounced: 1, skipping: true } })
  change({ rung: 'opus-96' })
  change({ mode: 'together', sync: { status: 'slow' } })
  expect(told()).toEqual([
    'resync: jumped',
    // That it came to be known is no underrun.
    'device: 2 device underruns',
    'connection: connection lost',
    'connection: playing',
    'stream: stream 8',
    'hole: the source lost audio, or it was left out',
    'skipping: server leaves audio out',
    'rung: pcm16 → opus-96',
    'room: live → together',
    'room: in the room: slow',
  ])
})

test('a target that creeps is told every two milliseconds, and not when it comes or goes', () => {
  const { change, told } = setup()
  for (let ms = 10.5; ms <= 13; ms += 0.5) change({ targetMs: ms })
  change({ targetMs: null })
  change({ targetMs: 80 })
  expect(told()).toEqual(['target: target 10.0 → 12.0 ms'])
})

test('counters that begin again are no events, nor is what nobody has seen', () => {
  const { log, change, told } = setup()
  change({ underruns: { episodes: 4, concealedMs: 40 }, resyncs: 2 })
  const before = told().length
  change({ underruns: { episodes: 0, concealedMs: 0 }, resyncs: 0 })
  log.interrupted()
  change({ underruns: { episodes: 9, concealedMs: 900 }, state: 'idle' })
  expect(told().length).toBe(before)
})

test('five hundred are kept, and the rest is counted', () => {
  const { log, change } = setup()
  for (let i = 1; i <= 510; i++) change({ resyncs: i })
  expect(log.events.length).toBe(500)
  expect(log.dropped).toBe(10)
  expect(log.events[0]?.atMs).toBe(1000 + 100 * 11)
})
