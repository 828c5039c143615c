import { expect, test } from 'vitest'
import { fakeCapture, fakeListener } from '../desk/fake-views.ts'
import { readStats } from '../player/stats.ts'
import { type BundleParts, makeBundle, makeCopy } from './bundle.ts'
import { Complaints } from './complaints.ts'
import { type Sample, Series, TRACKS } from './series.ts'

const STATS = readStats({ state: 'playing', control: undefined, device: undefined, stream: undefined })
const NOTHING = Object.fromEntries(TRACKS.map((name) => [name, Number.NaN])) as Sample

function parts(over: Partial<BundleParts> = {}): BundleParts {
  const series = new Series()
  series.add(1000, { ...NOTHING, ppm: 1.23456 })
  return {
    ...{
      madeAt: new Date(0),
      page: { userAgent: 'a browser', path: '/' },
      server: null,
      stats: STATS,
      series,
    },
    ...{ events: [], capture: fakeCapture(), listeners: [fakeListener()], complaints: [] },
    ...over,
  }
}

test('a bundle has all that was seen, and says what it is', () => {
  const bundle = JSON.parse(JSON.stringify(makeBundle(parts())))
  expect(bundle).toMatchObject({
    ...{ format: 'backline-diagnosis', version: 1, madeAt: '1970-01-01T00:00:00.000Z' },
    ...{ page: { userAgent: 'a browser' }, stats: { state: 'playing' }, capture: { state: 'running' } },
    ...{ listeners: [{ id: 1 }], series: { timesMs: [1000], ppm: [1.235], targetMs: [null] } },
  })
})

test('no key and no address leaves the computer', () => {
  const capture = fakeCapture({ message: 'nobody at srt://hunter2.example:9', device: '' })
  const text = JSON.stringify(
    makeBundle(
      parts({
        capture,
        page: { userAgent: 'Chrome/140.0.0.0 Safari/537.36' },
        complaints: [
          { atMs: 0, text: 'did not load: https://studio.example:8443/assets/a.js from 10.0.0.7' },

          { atMs: 1, text: 'no answer from ws://192.168.1.20:8080/ws/audio?key=s3cret&role=controller' },
        ],
      }),
    ),
  )
  for (const secret of ['hunter2', 's3cret', '192.168', 'studio.example', '10.0.0.7'])
    expect(text).not.toContain(secret)
  for (const known of ['role=controller', '/assets/a.js', 'Chrome/140.0.0.0']) expect(text).toContain(known)
})

test('a copy has the last minute only', () => {
  const series = new Series()
  for (let i = 0; i < 1000; i++) series.add(100 * i, { ...NOTHING, ppm: i })
  const event = { kind: 'resync', what: 'jumped' } as const
  const events = [
    { ...event, atMs: 100 },
    { ...event, atMs: 99_000 },
  ]
  expect(makeCopy(STATS, series, events)).toMatchObject({
    events: [{ atMs: 99_000 }],
    series: { timesMs: { length: 601 }, ppm: { 0: 399, length: 601 } },
  })
})

test('errors nobody caught are kept, the last fifty', () => {
  const page = new EventTarget()
  const complaints = new Complaints()
  complaints.listenTo(page, () => 5)
  page.dispatchEvent(Object.assign(new Event('error'), { message: 'x is not a function' }))
  page.dispatchEvent(Object.assign(new Event('unhandledrejection'), { reason: new TypeError('no') }))
  expect(complaints.heard).toEqual([
    { atMs: 5, text: 'x is not a function' },
    { atMs: 5, text: 'TypeError: no' },
  ])
  for (let i = 0; i < 60; i++)
    page.dispatchEvent(Object.assign(new Event('error'), { message: 'm'.repeat(9999) }))
  expect(complaints.heard.length).toBe(50)
  expect(complaints.dropped).toBe(12)
  expect(complaints.heard[49]?.text.length).toBe(500)
})
