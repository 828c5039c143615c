// @vitest-environment happy-dom
// What a listener and a controller see of their room.
import { MantineProvider } from '@mantine/core'
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { SyncState } from '../../../src/shared/wire/room-messages.ts'
import type { Calibration } from '../../player/calibration/calibrate.ts'
import { Player } from '../../player/player.ts'
import type { PlayerSnapshot } from '../../player/player-snapshot.ts'
import { PolledStore } from '../../player/polled-store.ts'
import { readStats, type Stats } from '../../player/stats.ts'
import type { SyncStats } from '../../player/sync-stats.ts'
import { type } from '../parts/fake-typing.ts'
import { CalibrationKey } from './calibration-key.tsx'
import { ListenPage } from './listen-page.tsx'
import { delayWords, feedbackWords, roomDetail, roomWords } from './room-words.ts'

;(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true

let unmount = () => {}
beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  unmount()
  vi.useRealTimers()
})

const MEMBERS: SyncState['members'] = { live: 0, together: 4, steady: 0, slow: 0, degraded: 0 }

function together(change: Partial<SyncStats> = {}): Stats {
  const stats = readStats({ state: 'playing', control: undefined, device: undefined, stream: undefined })
  const sync: Partial<SyncStats> = {
    ...{ role: 'listener', status: 'active', reason: '', groupDelayMs: 96.2, locked: true, members: MEMBERS },
    ...{ playing: true, backMs: 0, seekableMs: 60_000, trimMs: 3 },
  }
  return { ...stats, mode: 'together', sync: { ...stats.sync, ...sync, ...change } }
}

class StagedPlayer extends Player {
  staged: PlayerSnapshot
  leftMs: number | null = null
  override readonly store = new PolledStore<PlayerSnapshot>(() => this.staged)
  override readonly transport = vi.fn()
  override readonly setMode = vi.fn()
  override readonly setTrim = vi.fn()
  override readonly testClick = vi.fn()
  override readonly countdown = () => this.leftMs

  constructor(stats: Stats, room: Partial<PlayerSnapshot['room']> = {}) {
    super({})
    this.staged = {
      ...{
        obstacle: undefined,
        source: undefined,
        rungs: undefined,
        sourceState: undefined,
        lost: undefined,
      },
      ...{ soundBlocked: false, outputLost: false, muted: false, problem: undefined, stats },
      outputs: { supported: false, list: [], chosenId: '', namesHidden: false, notice: undefined },
      room: { asked: 'listener', refusal: undefined, feedback: [], testClick: false, ...room },
    }
    this.store.refresh()
  }
}

function render(element: React.ReactNode): HTMLElement {
  const host = document.body.appendChild(document.createElement('div'))
  const root = createRoot(host)
  unmount = () => {
    act(() => root.unmount())
    host.remove()
  }
  act(() => root.render(<MantineProvider>{element}</MantineProvider>))
  return host
}

const show = (player: Player) => render(<ListenPage player={player} />)
const key = (page: HTMLElement, name: string) =>
  [...page.querySelectorAll('button')].find(({ textContent }) => textContent === name) as HTMLButtonElement

const named = (page: HTMLElement, name: string) =>
  page.querySelector(`[aria-label="${name}"]`) as HTMLInputElement
test.each([
  [{}, 'In step with 3 others.', '96 ms behind the instrument'],
  [{ members: { ...MEMBERS, together: 2 } }, 'In step with one other.', '96 ms behind the instrument'],
  [{ members: { ...MEMBERS, together: 1 } }, 'In step. Nobody else is here.', '96 ms behind the instrument'],
  [
    { backMs: 10_000, groupDelayMs: 5000 },
    'In step with 3 others.',
    '5.0 s behind the instrument, and 10.0 s back',
  ],
  [{ locked: false }, 'Getting in step…', '96 ms behind the instrument'],
  [{ playing: false }, 'Paused.', ''],
  [{ status: null }, 'Joining the others…', ''],
  [
    { status: 'slow', reason: 'Your sound is 9.0 ms behind the room.' },
    'You may be out of step with the others.',
    'Your sound is 9.0 ms behind the room.',
  ],
  [
    { status: 'degraded', reason: 'Your connection needs 480 ms, the room plays at 120 ms.' },
    'Set aside: you are muted until your connection can keep up.',
    'Your connection needs 480 ms, the room plays at 120 ms.',
  ],
] as [Partial<SyncStats>, string, string][])('%j is said as “%s”', (change, words, detail) => {
  expect([roomWords(together(change)), roomDetail(together(change))]).toEqual([words, detail])
})

test('delays are read in ms, and from a second on in s', () => {
  expect([95.6, 999, 1000, 60_000].map(delayWords)).toEqual(['96 ms', '999 ms', '1.0 s', '60.0 s'])
})

test('the status says how it is in the room, and shows the delay beside it', () => {
  const page = show(new StagedPlayer(together()))
  expect(page.querySelector('.status [aria-live]')?.textContent).toBe('In step with 3 others.')
  expect(page.querySelector('.status-detail')?.textContent).toBe('96 ms behind the instrument')
})

test('a mode is one of three, with a sentence of what it does', () => {
  const player = new StagedPlayer(together())
  const page = show(player)
  const radios = [...page.querySelectorAll<HTMLInputElement>('input[type=radio]')]
  expect(radios.map((radio) => radio.closest('label')?.textContent)).toEqual(['Live', 'Together', 'Steady'])
  expect(radios.map(({ checked }) => checked)).toEqual([false, true, false])
  expect(page.querySelector('#mode-what')?.textContent).toContain('same instant')
  act(() => radios[2]?.click())
  expect(player.setMode).toHaveBeenCalledWith('steady')
})

test('the countdown shows whole seconds, and the last three are read aloud', () => {
  const scheduled = { action: 'play', atUs: 9e6, backMs: 0 } as const
  const player = new StagedPlayer(together({ scheduled }))
  player.leftMs = 3400
  const page = show(player)
  const aloud = () => page.querySelector('.unseen')?.textContent
  expect(page.querySelector('.start')?.textContent).toBe('Starts in4')
  expect(aloud()).toBe('')
  // Looked at when the second is over, however long it takes until then.
  player.leftMs = 2999
  act(() => void vi.advanceTimersByTime(250))
  expect(page.querySelector('.start')?.textContent).toBe('Starts in3')
  expect(aloud()).toBe('3')
  player.leftMs = null
  act(() => void vi.advanceTimersByTime(250))
  expect(page.querySelector('.start')).toBeNull()
  expect(aloud()).toBe('')
})

test('whoever comes during a countdown sees it as soon as the server’s clock is known', () => {
  const scheduled = { action: 'play', atUs: 9e6, backMs: 0 } as const
  const player = new StagedPlayer(together({ scheduled }))
  const page = show(player)
  expect(page.querySelector('.start')).toBeNull()
  player.leftMs = 2500
  act(() => void vi.advanceTimersByTime(250))
  expect(page.querySelector('.start')?.textContent).toBe('Starts in3')
})

test('more than a minute is minutes and seconds', () => {
  const player = new StagedPlayer(together({ scheduled: { action: 'live', atUs: 1, backMs: 0 } }))
  player.leftMs = 125_000
  expect(show(player).querySelector('.start')?.textContent).toBe('Live in2:05')
})

test('a listener has no transport', () => {
  expect(key(show(new StagedPlayer(together())), 'Pause')).toBeUndefined()
  unmount()
  // Asked for, and not granted.
  const asked = new StagedPlayer(together({ role: 'listener' }), { asked: 'controller' })
  expect(key(show(asked), 'Pause')).toBeUndefined()
})

test('a controller pauses, goes back and to live; what makes no sense can not be pressed', () => {
  const player = new StagedPlayer(together({ role: 'controller', backMs: 5000, seekableMs: 12_000 }))
  const page = show(player)
  act(() => key(page, 'Pause').click())
  expect(player.transport).toHaveBeenLastCalledWith({ action: 'pause', inMs: 500 })
  act(() => key(page, 'Back 10 s').click())
  expect(player.transport).toHaveBeenLastCalledWith({ action: 'seek', backMs: 12_000, inMs: 500 })
  act(() => key(page, 'To live').click())
  expect(player.transport).toHaveBeenLastCalledWith({ action: 'live', inMs: 500 })
  expect(key(page, 'Start in 3 s').getAttribute('aria-disabled')).toBe('true')
})

test('what is paused starts at once or in 3 s', () => {
  const player = new StagedPlayer(together({ role: 'controller', playing: false }))
  const page = show(player)
  act(() => key(page, 'Start in 3 s').click())
  expect(player.transport).toHaveBeenLastCalledWith({ action: 'play', inMs: 3000 })
  act(() => key(page, 'Play').click())
  expect(player.transport).toHaveBeenLastCalledWith({ action: 'play', inMs: 500 })
})

test('nothing can be pressed before it plays', () => {
  const stats = { ...together({ role: null, playing: null }), state: 'connecting' as const }
  const page = show(new StagedPlayer(stats, { asked: 'controller' }))
  for (const name of ['Pause', 'Back 10 s', 'To live', 'Start in 3 s'])
    expect(key(page, name).getAttribute('aria-disabled')).toBe('true')
})

test('what the server would not do is said, and who is out of step', () => {
  const feedback = [
    { type: 'drift_feedback', listener: 3, driftMs: 12.3, status: 'slow', reason: '' } as const,
    { type: 'drift_feedback', listener: 5, driftMs: 0, status: 'degraded', reason: '' } as const,
  ]
  expect(feedback.map(feedbackWords)).toEqual([
    'Listener 3 is slow, 12.3 ms late.',
    'Listener 5 is set aside.',
  ])
  const refusal = 'It can go back 4000 ms, not 10000 ms.'
  const page = show(new StagedPlayer(together({ role: 'controller' }), { refusal, feedback }))
  expect(page.querySelector('[role=alert]')?.textContent).toBe(refusal)
  expect(page.querySelectorAll('.deck-feedback li')).toHaveLength(2)
})

test('alignment is there with others only, and its trim and click do what they say', async () => {
  const player = new StagedPlayer(together())
  const page = show(player)
  const details = page.querySelector('details') as HTMLDetailsElement
  expect(page.querySelector('.alignment-panel')).toBeNull()
  await act(async () => {
    details.open = true
    details.dispatchEvent(new Event('toggle'))
    await import('./alignment-panel.tsx')
  })
  await act(async () => {})
  const figure = named(page, 'Trim in milliseconds')
  expect(figure.value).toBe('3.0')
  // A figure counts once it is typed: on the way to −12,5 nothing moves.
  for (const typed of ['-', '-1', '-12,5']) act(() => type(figure, typed))
  expect(figure.value).toBe('-12,5')
  expect(player.setTrim).not.toHaveBeenCalled()
  act(() => void figure.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true })))
  expect(player.setTrim).toHaveBeenCalledExactlyOnceWith(-12.5)
  act(() => type(figure, '500'))
  act(() => void figure.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true })))
  expect(figure.value).toBe('3.0')
  act(() => void figure.dispatchEvent(new FocusEvent('focusout', { bubbles: true })))
  expect(player.setTrim).toHaveBeenCalledOnce()
  const slider = page.querySelector('.trim input[type=range]')
  expect(['aria-label', 'aria-valuetext'].map((name) => slider?.getAttribute(name))).toEqual([
    'Trim',
    '3.0 ms',
  ])
  act(() => key(page, 'Test click').click())
  expect(player.testClick).toHaveBeenCalledWith(true)
  // It clicks on while the connection is away, and must be quiet when somebody says so.
  const { stats, room } = player.staged
  player.staged = {
    ...{ ...player.staged, stats: { ...stats, state: 'reconnecting' } },
    room: { ...room, testClick: true },
  }
  act(() => player.store.refresh())
  act(() => key(page, 'Test click').click())
  expect(player.testClick).toHaveBeenLastCalledWith(false)
  unmount()
  expect(show(new StagedPlayer({ ...together(), mode: 'live' })).querySelector('details')).toBeNull()
})

const FOUND: Calibration = {
  ...{ medianMs: 85, spreadMs: 0.2, found: 5, played: 5, confidence: 0.94 },
  ...{ inputMs: 10, inputAssumed: true, outputMs: 75, claimedMs: 40, trimMs: 35 },
}

async function calibrated(onCalibrate: Player['calibrate']) {
  const onTrim = vi.fn()
  const page = render(<CalibrationKey ready onCalibrate={onCalibrate} onTrim={onTrim} />)
  await act(async () => key(page, 'Measure with the microphone').click())
  return { page, onTrim }
}

test('what the microphone found is used only when somebody says so', async () => {
  const { page, onTrim } = await calibrated(async () => FOUND)
  expect(page.textContent).toContain('Sure (94 %)')
  expect(page.textContent).toContain('10 ms are taken off for the microphone, which does not say.')
  expect(onTrim).not.toHaveBeenCalled()
  act(() => key(page, 'Use 35.0 ms').click())
  expect(onTrim).toHaveBeenCalledWith(35)
  unmount()
  const left = await calibrated(async () => ({ ...FOUND, confidence: 0.2 }))
  expect(left.page.textContent).toContain('Not sure (20 %)')
  act(() => key(left.page, 'Leave it').click())
  expect(left.onTrim).not.toHaveBeenCalled()
  expect(key(left.page, 'Use 35.0 ms')).toBeUndefined()
})

test('the microphone is waited for with words of its own', async () => {
  let begin = () => {}
  const { page } = await calibrated((onBegin = () => {}) => {
    begin = onBegin
    return new Promise(() => {})
  })
  expect(page.textContent).toContain('Waiting for the microphone')
  expect(page.textContent).not.toContain('chirps')
  act(begin)
  expect(page.textContent).toContain('Five chirps in six seconds')
})

test('a measurement that failed says why', async () => {
  const { page } = await calibrated(async () => undefined)
  expect(page.textContent).toContain('Too few of the chirps were heard.')
  unmount()
  const refused = await calibrated(async () => Promise.reject(new Error('No microphone was found.')))
  expect(refused.page.textContent).toContain('No microphone was found.')
})
