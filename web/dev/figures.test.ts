import { expect, test } from 'vitest'
import { readStats, type Stats } from '../player/stats.ts'
import { figureGroups } from './figures.ts'

const IDLE = readStats({ state: 'idle', control: undefined, device: undefined, stream: undefined })

const flat = (stats: Stats) => figureGroups(stats).flatMap(({ figures }) => figures)

function leaves(value: object, path = ''): string[] {
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === 'object' && inner !== null ? leaves(inner, `${path}${name}.`) : [`${path}${name}`],
  )
}

test('every figure of stats() is in a table, once, with a name and what it includes', () => {
  const figures = flat(IDLE)
  expect(figures.map(({ path }) => path).sort()).toEqual(leaves(IDLE).sort())
  for (const { name, about } of figures) {
    expect(name).not.toBe('')
    expect(about).not.toBe('')
  }
})

test('names are unique within a table', () => {
  for (const { figures } of figureGroups(IDLE))
    expect(new Set(figures.map(({ name }) => name)).size).toBe(figures.length)
})

test('what is not known is said to be, and never a number', () => {
  for (const { path, value } of flat(IDLE)) {
    expect(value).not.toMatch(/null|undefined|NaN/)
    if (path.endsWith('Ms') && path !== 'underruns.concealedMs') expect(value).toBe('–')
  }
})

test('numbers have their units', () => {
  const stats: Stats = {
    ...IDLE,
    ...{ targetMs: 12.34, ppm: -3.21 },
    clock: { offsetMs: 5, errorMs: 0.4, rttMs: 0.8 },
    sync: {
      ...IDLE.sync,
      members: { live: 1, together: 2, steady: 0, slow: 0, degraded: 0 },
      scheduled: { action: 'play', atUs: 1, backMs: 0 },
    },
  }
  const value = (path: string) => flat(stats).find((figure) => figure.path === path)?.value
  expect(value('targetMs')).toBe('12.3 ms')
  expect(value('ppm')).toBe('−3.2 ppm')
  expect(value('clock.errorMs')).toBe('± 0.40 ms')
  expect(value('sync.members')).toBe('1 live, 2 together, 0 steady')
  expect(value('sync.scheduled')).toBe('play')
})

test('a minus is one, and nothing is less than none', () => {
  const ppmShown = (ppm: number) => flat({ ...IDLE, ppm }).find(({ path }) => path === 'ppm')?.value
  expect(ppmShown(-12.34)).toMatch(/^−12/)
  expect(ppmShown(-0.0001)).toMatch(/^0/)
})
