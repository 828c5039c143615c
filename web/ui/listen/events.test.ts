// What the feed tells of what a page goes through.
import { expect, test } from 'vitest'
import type { PlayerSnapshot } from '../../player/player-snapshot.ts'
import { readStats, type Stats } from '../../player/stats.ts'
import { type EventLog, follow, NO_EVENTS } from './events.ts'

type Change = Partial<Omit<PlayerSnapshot, 'stats'>> & { stats?: Partial<Stats> }

function snapshot({ stats = {}, ...change }: Change): PlayerSnapshot {
  const state = stats.state ?? 'playing'
  return {
    ...{ obstacle: undefined, source: { input: 'device', name: 'MONTAGE' }, rungs: undefined },
    ...{
      sourceState: undefined,
      lost: undefined,
      soundBlocked: false,
      outputLost: false,
      muted: false,
      problem: undefined,
    },
    outputs: { supported: false, list: [], chosenId: '', namesHidden: false, notice: undefined },
    room: { asked: 'listener', refusal: undefined, feedback: [], testClick: false },
    ...change,
    stats: { ...readStats({ state, control: undefined, device: undefined, stream: undefined }), ...stats },
  }
}

/** Each change as a snapshot of its own, at its time. */
function after(...steps: [atMs: number, change: Change][]): EventLog {
  return steps.reduce((log, [atMs, change]) => follow(log, snapshot(change), atMs), NO_EVENTS)
}

const words = (log: EventLog) => log.events.map((event) => event.words)
const gaps = (episodes: number, concealedMs: number): Change => ({
  stats: { underruns: { episodes, concealedMs } },
})

test('what is there when it begins is no event', () => {
  expect(after([0, gaps(5, 300)], [100, gaps(5, 300)], [900, gaps(5, 300)]).events).toEqual([])
})

test('a gap is told when it is over, with its length; a long one is read aloud', () => {
  const during = after([0, {}], [100, gaps(1, 100)], [200, gaps(1, 200)], [400, gaps(1, 300)])
  expect(during.events).toEqual([])
  const [event] = follow(during, snapshot(gaps(1, 300)), 900).events
  expect(event).toMatchObject({ words: 'The sound stopped for 0.3 s.', important: true, atMs: 900 })
})

test('what concealment fills in is a gap, not a stop', () => {
  const [event] = after([0, {}], [100, gaps(1, 12.4)], [600, gaps(1, 12.4)]).events
  expect(event).toMatchObject({ words: 'A gap of 12 ms was filled in.', important: false })
})

test('gaps that follow each other are one line, later ones another', () => {
  const log = after(
    ...([
      [0, {}],
      [100, gaps(1, 100)],
      [700, gaps(1, 100)],
      [3000, gaps(3, 400)],
      [3600, gaps(3, 400)],
    ] as [number, Change][]),
  )
  expect(words(log)).toEqual(['The sound stopped 3 times, for 0.4 s in all.'])
  const later = follow(follow(log, snapshot(gaps(4, 500)), 20_000), snapshot(gaps(4, 500)), 20_600)
  expect(words(later)).toEqual([
    'The sound stopped for 0.1 s.',
    'The sound stopped 3 times, for 0.4 s in all.',
  ])
})

test('counters of a new listening are not compared with those before', () => {
  const log = after(
    [0, gaps(9, 900)],
    [100, { stats: { state: 'idle' } }],
    [200, gaps(1, 50)],
    [900, gaps(1, 50)],
  )
  expect(log.events).toEqual([])
})

test('a connection that was lost, and how long it took', () => {
  const lost = { why: 'stalled' } as const
  const log = after(
    [0, {}],
    [1000, { stats: { state: 'reconnecting' }, lost }],
    [2000, { stats: { state: 'connecting' } }],
    [3000, { stats: { state: 'buffering' } }],
    [4200, {}],
  )
  expect(words(log)).toEqual(['The sound is back after 3.2 s.', 'The sound stopped coming.'])
})

test('what was not heard without a connection is told once', () => {
  const log = after(
    [0, {}],
    [500, gaps(1, 400)],
    [1000, { stats: { ...gaps(1, 900).stats, state: 'reconnecting' } }],
    [3000, gaps(1, 2900)],
    [4000, gaps(1, 2900)],
  )
  expect(words(log)).toEqual(['The sound is back after 2.0 s.', 'The connection was lost.'])
})

test.each([
  ['opus-128', 'auto', 180.4, 'Quality is now Good: the link carries 180 kbit/s.'],
  ['opus-128', 'auto', null, 'Quality is now Good: the link carries no more.'],
  ['pcm-f32', 'auto', 900, 'Quality is now Studio: the link carries it again.'],
  ['opus-64', 'opus-64', 180, 'Quality is now Smallest, as chosen.'],
] as const)('from uncompressed to %s (%s)', (rung, wish, deliveredKbps, told) => {
  const { link } = snapshot({}).stats
  const log = after(
    [0, { stats: { rung: 'pcm16' } }],
    [100, { stats: { rung, link: { ...link, wish, deliveredKbps } } }],
  )
  expect(words(log)).toEqual([told])
})

test('the instrument goes, and comes back; another one is read aloud', () => {
  const restarting = { type: 'source_state', state: 'restarting', message: '' } as const
  const log = after(
    [0, {}],
    [100, { sourceState: restarting }],
    [200, { sourceState: { ...restarting, state: 'starting' } }],
    [300, { source: { input: 'synth', name: 'synth' } }],
  )
  expect(words(log)).toEqual([
    'You hear the demo synth.',
    'The instrument is back.',
    'The instrument was switched off.',
  ])
  expect(log.events.map(({ important }) => important)).toEqual([true, false, false])
})

test('an instrument that is being opened and can not be is not said to be back', () => {
  const source = (state: 'stopped' | 'starting' | 'restarting', message = '') =>
    ({ sourceState: { type: 'source_state', state, message } }) as const
  const log = after(
    [0, {}],
    [100, source('stopped', 'Stopped.')],
    [200, source('starting')],
    [300, source('restarting', 'No input named "X" was found.')],
    [400, {}],
  )
  expect(words(log)).toEqual(['The instrument is back.', 'No input named "X" was found.', 'Stopped.'])
})

test('the room: out of step, set aside, in step, paused', () => {
  const { sync } = snapshot({}).stats
  const room = (status: 'active' | 'slow' | 'degraded', reason: string, playing = true): Change => ({
    stats: { mode: 'together', sync: { ...sync, status, reason, playing } },
  })
  const log = after(
    [0, room('active', '')],
    [100, room('slow', 'Your sound is 9.0 ms behind the room.')],
    [200, room('degraded', 'Your connection needs 480 ms.')],
    [300, room('active', '')],
    [400, room('active', '', false)],
    [500, room('active', '')],
  )
  expect(words(log)).toEqual([
    'Going on.',
    'Paused for everybody.',
    'You are in step again.',
    'You were set aside, and hear nothing. Your connection needs 480 ms.',
    'You fell out of step with the others. Your sound is 9.0 ms behind the room.',
  ])
})

test('five are kept, the latest first, each with a number of its own', () => {
  const { link } = snapshot({}).stats
  const skipping = (on: boolean): Change => ({ stats: { link: { ...link, skipping: on } } })
  const log = after(
    ...Array.from({ length: 20 }, (_, i): [number, Change] => [i * 100, skipping(i % 2 === 1)]),
  )
  expect(log.events.map(({ id }) => id)).toEqual([10, 9, 8, 7, 6])
  expect(log.events[0]?.words).toBe('Your link is too slow for this quality: parts are left out.')
})

test('while nothing happens the list stays the very same', () => {
  const log = after([0, {}], [100, gaps(1, 100)], [700, gaps(1, 100)])
  const next = follow(log, snapshot({ stats: { ...gaps(1, 100).stats, ppm: 3 } }), 800)
  expect(next.events).toBe(log.events)
})
