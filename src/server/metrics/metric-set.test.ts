import { expect, test } from 'vitest'
import { Buckets } from './buckets.ts'
import { byName, MetricSet } from './metric-set.ts'

test('nothing is read until somebody asks, and then anew', async () => {
  const set = new MetricSet()
  let value = 0
  let reads = 0
  set.counter('a_total', 'A.', () => {
    reads++
    return value
  })
  value = 3
  expect(reads).toBe(0)
  expect(await set.text()).toBe('# HELP a_total A.\n# TYPE a_total counter\na_total 3\n')
  value = 5
  expect(await set.text()).toContain('\na_total 5\n')
  expect(reads).toBe(2)
})

test('what there is none of has no sample', async () => {
  const set = new MetricSet()
  let value: number | undefined = 1
  set.gauge('b', 'B.', () => value)
  set.gauges('c', 'C.', ['of'], () => [])
  set.histogram('d', 'D.', () => undefined)
  expect(await set.text()).toContain('\nb 1\n')
  value = undefined
  const text = await set.text()
  expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([])
})

test('a histogram is told in seconds, and counts add up', async () => {
  const set = new MetricSet()
  const buckets = new Buckets([0.3, 5, 10])
  for (const ms of [0.1, 0.3, 7, 2000]) buckets.add(ms)
  set.histograms('e_seconds', 'E.', () => [{ labels: { rung: 'pcm16' }, counted: buckets }])
  expect((await set.text()).trim().split('\n').slice(2)).toEqual([
    'e_seconds_bucket{rung="pcm16",le="0.0003"} 2',
    'e_seconds_bucket{rung="pcm16",le="0.005"} 2',
    'e_seconds_bucket{rung="pcm16",le="0.01"} 3',
    'e_seconds_bucket{rung="pcm16",le="+Inf"} 4',
    'e_seconds_sum{rung="pcm16"} 2.0074',
    'e_seconds_count{rung="pcm16"} 4',
  ])
})

test('names of labels are as Prometheus has them', () => {
  expect(byName('reason', { inFlight: 1, 'not-json': 2 })).toEqual([
    { labels: { reason: 'in_flight' }, value: 1 },
    { labels: { reason: 'not_json' }, value: 2 },
  ])
})

test('between two metrics the loop turns', async () => {
  const set = new MetricSet()
  let turns = 0
  let isDone = false
  const count = () => {
    turns++
    if (!isDone) setImmediate(count)
  }
  for (let i = 0; i < 10; i++) set.gauge(`g${i}`, 'G.', () => turns)
  setImmediate(count)
  const text = await set.text()
  isDone = true
  const values = text.match(/^g\d (\d+)$/gm)?.map((line) => Number(line.split(' ')[1]))
  expect(new Set(values).size).toBeGreaterThan(5)
})
