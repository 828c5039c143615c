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
import { volumeOf } from './volume-memory.ts'

;(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true

let unmount = () => {}
afterEach(() => {
  unmount()
  localStorage.clear()
})

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
    outputLost: false,
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

const button = (page: HTMLElement) => page.querySelector('.transport button') as HTMLButtonElement
const named = (page: HTMLElement, name: string) =>
  [...page.querySelectorAll('button')].find(
    (key) => (key.getAttribute('aria-label') ?? key.textContent) === name,
  ) as HTMLButtonElement
const status = (page: HTMLElement) => page.querySelector('[aria-live=polite]')?.textContent

test('one button, named Listen, then Stop', () => {
  const player = new StagedPlayer('idle')
  const page = show(player)
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
  const lost = show(new StagedPlayer('playing', { outputLost: true }))
  expect(status(lost)).toContain('The loudspeaker is gone.')
  unmount()
  const sourceState = {
    type: 'source_state',
    state: 'restarting',
    message: 'The interface was unplugged.',
  } as const
  expect(status(show(new StagedPlayer('buffering', { sourceState })))).toBe('The interface was unplugged.')
})

test('a volume that was left at nothing is said where it is missed', () => {
  const player = new StagedPlayer('playing')
  const page = show(player)
  expect(page.querySelector('.status-detail')).toBeNull()
  act(() => volumeOf(player).set(0))
  expect(page.querySelector('.status-detail')?.textContent).toBe('The volume is all the way down.')
  act(() => volumeOf(player).set(5))
  expect(page.querySelector('.status-detail')).toBeNull()
})

test('the demo synth says that it is one, why, and what to do about it, until it is dismissed', async () => {
  vi.stubGlobal('fetch', async () => new Response('{"devices":[{"name":"USB Mic","channels":1}]}'))
  const source = { input: 'synth', name: 'synth', fallback: 'No interface was found.' } as const
  const page = show(new StagedPlayer('playing', { source }))
  const help = () => page.querySelector('section[aria-labelledby=help-name]')
  await act(async () => void (await import('./instrument-help.tsx')))
  expect(page.querySelector('.source-name')?.textContent).toBe('Demo synth')
  expect(help()?.textContent).toContain('No interface was found.')
  expect(help()?.textContent).toContain('USB Mic 1 input')
  expect(help()?.textContent).toContain('CAPTURE_DEVICE')
  // Below what was pressed and what is to be read, which stay where they were.
  for (const name of ['Listening', 'Display']) {
    const above = page.querySelector(`section[aria-label=${name}]`)
    expect(above?.compareDocumentPosition(help() as Element)).toBe(Node.DOCUMENT_POSITION_FOLLOWING)
  }
  act(() => named(page, 'Close').click())
  expect(help()).toBeNull()
  unmount()
  // On the next visit it is a question mark, which brings it back.
  const again = show(new StagedPlayer('playing', { source }))
  expect(again.querySelector('section[aria-labelledby=help-name]')).toBeNull()
  const mark = named(again, 'How to hear your own instrument')
  expect(mark.getAttribute('aria-expanded')).toBe('false')
  await act(async () => mark.click())
  expect(again.querySelector('section[aria-labelledby=help-name]')).not.toBeNull()
  vi.unstubAllGlobals()
})

test('a demo synth that was asked for needs no help', () => {
  const source = { input: 'synth', name: 'synth' } as const
  const page = show(new StagedPlayer('playing', { source }))
  expect(page.querySelector('section[aria-labelledby=help-name]')).toBeNull()
  expect(named(page, 'How to hear your own instrument')).toBeDefined()
  unmount()
  const montage = show(new StagedPlayer('playing', { source: { input: 'device', name: 'MONTAGE' } }))
  expect(montage.querySelector('.source-name')?.textContent).toBe('MONTAGE')
  expect(named(montage, 'How to hear your own instrument')).toBeUndefined()
})

test('an obstacle takes the place of the button', () => {
  const obstacle = { title: 'This page needs https', why: 'Because.', remedies: ['Use https.'] }
  const page = show(new StagedPlayer('failed', { obstacle }))
  expect(page.querySelector('button')).toBeNull()
  expect(page.querySelector('[role=alert]')?.textContent).toBe('This page needs httpsBecause.Use https.')
})

test('the volume fader has a name and remembers', () => {
  localStorage.setItem('backline.volume', '40')
  const player = new StagedPlayer('idle')
  const setVolume = vi.spyOn(player, 'setVolume')
  const page = show(player)
  const fader = page.querySelector('input[type=range]') as HTMLInputElement
  expect(fader.getAttribute('aria-label')).toBe('Volume')
  expect([fader.value, fader.getAttribute('aria-valuetext')]).toEqual(['40', '40 %'])
  // By keys it goes through the same place.
  act(() => volumeOf(player).set(volumeOf(player).snapshot() - 45))
  expect([fader.value, localStorage.getItem('backline.volume')]).toEqual(['0', '0'])
  expect(setVolume).toHaveBeenLastCalledWith(0)
})

test('mute is a key that stays down, and is said beside the volume', () => {
  const player = new StagedPlayer('playing')
  const setMuted = vi.spyOn(player, 'setMuted').mockImplementation(() => {})
  const page = show(player)
  expect(named(page, 'Mute').getAttribute('aria-pressed')).toBe('false')
  act(() => named(page, 'Mute').click())
  expect(setMuted).toHaveBeenCalledWith(true)
  player.staged = snapshot('playing', { muted: true })
  act(() => player.store.refresh())
  expect(named(page, 'Mute').getAttribute('aria-pressed')).toBe('true')
  expect(page.querySelector('.volume-value')?.textContent).toBe('muted')
})

const OUTPUTS = { supported: true, chosenId: '', namesHidden: false, notice: undefined } as const
const LIST = [
  { id: '', name: 'System default' },
  { id: 'a', name: 'Headphones' },
]

test('the output is chosen by the name the browser gives, and what went wrong is said', () => {
  const outputs = { ...OUTPUTS, list: LIST, notice: '“Headphones” is not connected.' }
  const player = new StagedPlayer('idle', { outputs })
  const choose = vi.spyOn(player.outputs, 'choose').mockResolvedValue()
  const page = show(player)
  const choice = page.querySelector('.output select') as HTMLSelectElement
  expect(choice.closest('label')?.textContent).toContain('Output')
  expect([...choice.options].map(({ text }) => text)).toEqual(['System default', 'Headphones'])
  expect(page.querySelector('[role=status]')?.textContent).toBe('“Headphones” is not connected.')
  act(() => {
    choice.value = 'a'
    choice.dispatchEvent(new Event('change', { bubbles: true }))
  })
  expect(choose).toHaveBeenCalledWith('a')
  expect(named(page, 'Show names')).toBeUndefined()
})

test('names the browser keeps back can be asked for; without a choice there is no picker', () => {
  const outputs = { ...OUTPUTS, list: LIST.slice(0, 1), namesHidden: true }
  const player = new StagedPlayer('idle', { outputs })
  const ask = vi.spyOn(player.outputs, 'askForNames').mockResolvedValue()
  const page = show(player)
  act(() => named(page, 'Show names').click())
  expect(ask).toHaveBeenCalled()
  unmount()
  expect(show(new StagedPlayer('idle')).querySelector('.output')).toBeNull()
})

test('the delay opens into hops that add up to it, and stays open', () => {
  const latencyMs = { capture: 3.34, network: 0.33, buffer: 20.33, output: 8.33, total: 32.33, errorMs: 3.2 }
  const player = new StagedPlayer('playing')
  player.staged.stats.latencyMs = latencyMs
  player.store.refresh()
  const page = show(player)
  const delay = page.querySelector('.delay') as HTMLButtonElement
  expect(delay.textContent).toMatch(/Delay from key to ear\s+32\.3 ms ± 4 ms/)
  expect([delay.getAttribute('aria-expanded'), page.querySelector('.waterfall')]).toEqual(['false', null])
  act(() => delay.click())
  expect(delay.getAttribute('aria-expanded')).toBe('true')
  expect([...page.querySelectorAll('.hop-ms')].map(({ textContent }) => textContent)).toEqual([
    ...['3.4 ms', '0.3 ms', '20.3 ms', '8.3 ms', '32.3 ms'],
  ])
  unmount()
  const idle = show(new StagedPlayer('idle'))
  expect(idle.querySelector('.delay')?.getAttribute('aria-expanded')).toBe('true')
  expect(idle.querySelector('.hops')?.textContent).not.toMatch(/\d/)
})

test('a delay of which only the least is known says so', () => {
  const player = new StagedPlayer('playing')
  player.staged.stats.latencyMs = { capture: 4, network: 1, buffer: 20, output: 8, total: 33, errorMs: null }
  player.store.refresh()
  expect(show(player).querySelector('.delay')?.textContent).toContain('at least 33.0 ms')
})

test('a delay that was is not shown while nothing is heard', () => {
  const player = new StagedPlayer('reconnecting', { lost: { why: 'stalled' } })
  player.staged.stats.latencyMs = { capture: 4, network: 1, buffer: 20, output: 8, total: 33, errorMs: 4 }
  player.store.refresh()
  const page = show(player)
  expect(page.querySelector('.delay')?.textContent).not.toMatch(/\d/)
  expect(page.querySelector('.status-detail')?.textContent).toContain('use a cable')
})

test('parts that show nothing new are not rendered anew', () => {
  const player = new StagedPlayer('playing')
  const page = show(player)
  const changes = new MutationObserver(() => {})
  changes.observe(page, { subtree: true, childList: true, attributes: true, characterData: true })
  player.staged = snapshot('playing', {})
  player.staged.stats.ppm = 12.5
  player.staged.stats.packets.received = 99
  act(() => player.store.refresh())
  expect(changes.takeRecords()).toEqual([])
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
  expect(page.querySelector('.quality-now')?.textContent).toBe('now Good')
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
