// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core'
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, expect, test, vi } from 'vitest'
import { Player } from '../../player/player.ts'
import type { PlayerSnapshot } from '../../player/player-snapshot.ts'
import { PolledStore } from '../../player/polled-store.ts'
import { type PlayerState, readStats } from '../../player/stats.ts'
import { MeterBallistics, toFraction } from '../parts/meter-ballistics.ts'
import { ListenPage } from './listen-page.tsx'

;(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true

let unmount = () => {}
afterEach(() => unmount())

/** A player that is in whatever state the test says. */
class StagedPlayer extends Player {
  staged: PlayerSnapshot
  override readonly store = new PolledStore<PlayerSnapshot>(() => this.staged)
  override readonly listen = vi.fn()
  override readonly stop = vi.fn()

  constructor(state: PlayerState, change: Partial<PlayerSnapshot> = {}) {
    super({})
    this.staged = snapshot(state, change)
    this.store.refresh()
  }
}

function snapshot(state: PlayerState, change: Partial<PlayerSnapshot>): PlayerSnapshot {
  return {
    stats: readStats({ state, control: undefined, device: undefined, stream: undefined }),
    obstacle: undefined,
    source: undefined,
    rungs: undefined,
    sourceState: undefined,
    lost: undefined,
    soundBlocked: false,
    muted: false,
    outputs: { supported: false, list: [], chosenId: '', namesHidden: false, notice: undefined },
    problem: undefined,
    room: { asked: 'listener', refusal: undefined, feedback: [], testClick: false },
    ...change,
  }
}

function show(player: Player): HTMLElement {
  const root = createRoot(document.body.appendChild(document.createElement('div')))
  unmount = () => act(() => root.unmount())
  act(() =>
    root.render(
      <MantineProvider>
        <ListenPage player={player} />
      </MantineProvider>,
    ),
  )
  return document.querySelector('main') as HTMLElement
}

const button = (page: HTMLElement) => page.querySelector('button') as HTMLButtonElement
const status = (page: HTMLElement) => page.querySelector('[aria-live=polite]')?.textContent

test('one button, named Listen, then Stop', () => {
  const player = new StagedPlayer('idle')
  const page = show(player)
  expect(page.querySelectorAll('button')).toHaveLength(1)
  expect(button(page).textContent).toBe('Listen')
  act(() => button(page).click())
  expect(player.listen).toHaveBeenCalledWith()
  player.staged = snapshot('connecting', {})
  act(() => player.store.refresh())
  expect(button(page).textContent).toBe('Stop')
  act(() => button(page).click())
  expect(player.stop).toHaveBeenCalled()
})

test('after a failure the button is Listen again', () => {
  const page = show(new StagedPlayer('failed', { problem: 'refused' }))
  expect(button(page).textContent).toBe('Listen')
  expect(status(page)).toBe('This page and the server are of different versions. Reload the page.')
})

test.each([
  ['lost', 'The connection was lost. Trying again…'],
  ['full', 'The room is full. Trying again…'],
  ['silent', 'The server had not heard from this page for a while. Trying again…'],
] as const)('while reconnecting (%s) the sentence stays, the countdown is for the eye', (why, words) => {
  const page = show(new StagedPlayer('reconnecting', { lost: { why, retryInS: 3 } }))
  expect(status(page)).toBe(words)
  expect(page.querySelector('.countdown')?.textContent).toBe('3 s')
})

test('sound held back by the browser, or a source that is down, is said', () => {
  const blocked = show(new StagedPlayer('buffering', { soundBlocked: true }))
  expect(status(blocked)).toContain('Click or tap anywhere')
  unmount()
  const sourceState = {
    type: 'source_state',
    state: 'restarting',
    message: 'The interface was unplugged.',
  } as const
  expect(status(show(new StagedPlayer('buffering', { sourceState })))).toBe('The interface was unplugged.')
})

test('the demo synth says that it is one, and why', () => {
  const source = { input: 'synth', name: 'synth', fallback: 'No interface was found.' } as const
  const page = show(new StagedPlayer('playing', { source }))
  expect(page.textContent).toContain('Demo synth')
  expect(page.textContent).toContain('No interface was found.')
})

test('an obstacle takes the place of the button', () => {
  const obstacle = { title: 'This page needs https', why: 'Because.', remedies: ['Use https.'] }
  const page = show(new StagedPlayer('failed', { obstacle }))
  expect(page.querySelector('button')).toBeNull()
  expect(page.querySelector('[role=alert]')?.textContent).toBe('This page needs httpsBecause.Use https.')
})

test('the volume fader has a name and remembers', () => {
  localStorage.setItem('backline.volume', '40')
  const page = show(new StagedPlayer('idle'))
  const fader = page.querySelector('[role=slider]')
  expect(fader?.getAttribute('aria-label')).toBe('Volume')
  expect(fader?.getAttribute('aria-valuenow')).toBe('40')
})

test('the quality is chosen by name, and what the server gives by itself is said beside it', () => {
  const player = new StagedPlayer('playing', { rungs: ['pcm16', 'opus-128', 'opus-64'] })
  const setRung = vi.spyOn(player, 'setRung').mockImplementation(() => {})
  player.staged.stats.rung = 'opus-128'
  player.store.refresh()
  const page = show(player)
  const choice = page.querySelector('select') as HTMLSelectElement
  expect(choice.closest('label')?.textContent).toContain('Quality')
  expect([...choice.options].map((option) => option.text)).toEqual([
    ...['Auto', 'Uncompressed', 'Good', 'Smallest'],
  ])
  expect(choice.value).toBe('auto')
  expect(page.querySelector('.quality-now')?.textContent).toBe('Good')
  act(() => {
    choice.value = 'opus-64'
    choice.dispatchEvent(new Event('change', { bubbles: true }))
  })
  expect(setRung).toHaveBeenCalledWith('opus-64')
})

test('the meter rises at once, falls 24 dB a second and holds its peak', () => {
  const meter = new MeterBallistics()
  meter.update(0.5, 16)
  expect(meter.level).toBeCloseTo(toFraction(-6.02), 3)
  meter.update(0, 1000)
  expect(meter.level).toBeCloseTo(toFraction(-30.02), 3)
  expect(meter.hold).toBeCloseTo(toFraction(-6.02), 3)
})
