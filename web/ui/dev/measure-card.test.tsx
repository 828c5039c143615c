// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, expect, test } from 'vitest'
import type { MeasureResult } from '../../measure/measure.ts'
import type { Player } from '../../player/player.ts'
import { DeskTheme } from '../parts/desk-theme.tsx'
import { MeasureCard } from './measure-card.tsx'

;(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true

let unmount = () => {}
afterEach(() => unmount())

const FOUND: MeasureResult = {
  detected: true,
  confidence: 1,
  words: 'The marker took 41.0 ms, as estimated.',
  totalMs: 41,
  estimateMs: 40.6,
  hops: [
    { name: 'capture', measuredMs: 3.5, estimateMs: 4.2 },
    { name: 'server', measuredMs: 0.4, estimateMs: null },
    { name: 'network', measuredMs: 1.1, estimateMs: 1 },
    { name: 'buffer', measuredMs: 15, estimateMs: 15.4 },
    { name: 'output', measuredMs: 21, estimateMs: 20 },
  ],
}

/** Shows the card of a player in this state, whose measurement ends as the test says. */
function show(state: string, measure: () => Promise<MeasureResult>, total: number | null = 41) {
  const snapshot = { stats: { state, latencyMs: { total } } }
  const store = { snapshot: () => snapshot, subscribe: () => () => {} }
  const root = createRoot(document.body.appendChild(document.createElement('div')))
  unmount = () => act(() => root.unmount())
  act(() =>
    root.render(
      <DeskTheme>
        <MeasureCard player={{ store, measure } as unknown as Player} />
      </DeskTheme>,
    ),
  )
  const button = document.querySelector('button') as HTMLButtonElement
  const status = () => document.querySelector('[role=status]')?.textContent
  return { button, status, press: () => act(async () => button.click()) }
}

const rows = () =>
  [...document.querySelectorAll('tbody tr, tfoot tr')].map((row) =>
    [...row.children].map((cell) => cell.textContent?.replace(/ (from|until).*/, '')),
  )

test('shows each hop measured and estimated, the server in the estimate of the capture', async () => {
  const { press, status } = show('playing', async () => FOUND)
  await press()
  expect(status()).toBe('The marker took 41.0 ms, as estimated.')
  expect(rows()).toEqual([
    ['Capture', '3.5 ms', '4.2 ms', '−0.3 ms'],
    ['Server', '0.4 ms'],
    ['Network', '1.1 ms', '1.0 ms', '+0.1 ms'],
    ['Buffer', '15.0 ms', '15.4 ms', '−0.4 ms'],
    ['Output', '21.0 ms', '20.0 ms', '+1.0 ms'],
    ['Total', '41.0 ms', '40.6 ms', '+0.4 ms'],
  ])
  expect(document.querySelectorAll('td[rowspan="2"]')).toHaveLength(2)
})

test('says while it measures that everybody hears it, and takes no second press', async () => {
  let end: (result: MeasureResult) => void = () => {}
  const { press, status, button } = show('playing', () => new Promise((resolve) => (end = resolve)))
  await press()
  expect(status()).toContain('A short quiet noise was added to everybody’s sound.')
  expect(button.getAttribute('aria-disabled')).toBe('true')
  await act(async () => end(FOUND))
  expect(button.getAttribute('aria-disabled')).toBe('false')
})

test.each([
  [4999.6, / It is heard here after 5 s\.$/],
  [41, /sound\.$/],
  [null, /sound\.$/],
])('who listens %s ms behind is told how long it takes', async (total, words) => {
  const { press, status } = show('playing', () => new Promise(() => {}), total)
  await press()
  expect(status()).toMatch(words)
})

test('says why nothing was found, and shows no table', async () => {
  const words = 'The room is paused, so the marker was not played.'
  const { press, status } = show('playing', async () => ({ detected: false, why: 'paused', words }))
  await press()
  expect(status()).toBe(words)
  expect(document.querySelector('table')).toBeNull()
})

test('an error is told in its own words', async () => {
  const { press, status } = show('playing', () => Promise.reject(new Error('Nothing plays.')))
  await press()
  expect(status()).toBe('Nothing plays.')
})

test('can not be pressed before something plays', () => {
  const { button, status } = show('idle', async () => FOUND)
  expect(button.getAttribute('aria-disabled')).toBe('true')
  expect(status()).toContain('Press Listen first')
})
