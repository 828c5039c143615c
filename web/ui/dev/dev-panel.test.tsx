// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fakeCapture, fakeListener } from '../../desk/fake-views.ts'
import type { Surroundings } from '../../player/capability.ts'
import { Player } from '../../player/player.ts'
import { readStats, type Stats } from '../../player/stats.ts'
import DevDrawer from './dev-drawer.tsx'
import DevPage from './dev-page.tsx'

;(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true

/** The server's side of /ws/console. */
class FakeDesk {
  static last: FakeDesk | undefined
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: ((event: { code: number; reason: string }) => void) | null = null
  closed = false

  constructor() {
    FakeDesk.last = this
  }

  close(): void {
    this.closed = true
  }
}

let unmount = () => {}
beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', FakeDesk)
  // Nothing is ever in sight, so no plot is drawn: there is no canvas here.
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      observe() {}
      disconnect() {}
    },
  )
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      disconnect() {}
    },
  )
})
afterEach(() => {
  unmount()
  vi.unstubAllGlobals()
  vi.useRealTimers()
  document.body.replaceChildren()
})

const IDLE = readStats({ state: 'idle', control: undefined, device: undefined, stream: undefined })

class StagedPlayer extends Player {
  staged: Stats = { ...IDLE, state: 'playing', streamId: 7, rateHz: 44_100, targetMs: 12.34 }
  override readonly stats = () => this.staged
  override readonly listen = vi.fn()
  override readonly stop = vi.fn()
  override readonly tellArrivals = vi.fn()

  change(part: Partial<Stats>): void {
    this.staged = { ...this.staged, ...part }
    act(() => void vi.advanceTimersByTime(1000))
  }
}

/** A browser that has all it takes. */
const ABLE = { AudioContext: 1, AudioWorkletNode: 1, SharedArrayBuffer: 1, WebSocket: 1, Worker: 1 }

function show(of: (player: Player) => React.ReactNode, around: Surroundings = ABLE) {
  const player = new StagedPlayer(around)
  const root = createRoot(document.body.appendChild(document.createElement('div')))
  act(() => root.render(of(player)))
  unmount = () => act(() => root.unmount())
  return player
}

/** Until the panel has all its parts. */
function showAll(of: (player: Player) => React.ReactNode) {
  const player = show(of)
  for (let frame = 0; frame < 4; frame++) act(() => void vi.advanceTimersToNextFrame())
  return player
}

const showPage = () => showAll((player) => <DevPage player={player} />)

const button = (name: string) =>
  [...document.querySelectorAll('button')].find(
    ({ textContent }) => textContent === name,
  ) as HTMLButtonElement
const press = (name: string) => act(() => button(name).click())
const table = (name: string) =>
  [...document.querySelectorAll('table')].find(({ caption }) => caption?.textContent === name)
const row = (of: string, name: string) =>
  [...(table(of)?.rows ?? [])].find(({ cells }) => cells[0]?.textContent === name)
const figure = (of: string, name: string) => row(of, name)?.cells[1]?.textContent

function serverSays(message: object): void {
  const desk = FakeDesk.last as FakeDesk
  act(() => {
    desk.onopen?.()
    desk.onmessage?.({ data: JSON.stringify(message) })
  })
}

test('figures have names, units and what they include, and follow what plays', () => {
  const player = showPage()
  expect(figure('Delay', 'Target')).toBe('12.3 ms')
  expect(row('Delay', 'Target')?.cells[0]?.title).toBe('Playout delay aimed at, device burst included')
  player.change({ targetMs: 20 })
  expect(figure('Delay', 'Target')).toBe('20.0 ms')
})

test('the parts of the panel come one a frame, the plots first', () => {
  show((player) => <DevPage player={player} />)
  const parts = () => document.querySelectorAll('.dev-panel > *').length
  const counts = [parts()]
  for (let frame = 0; frame < 6; frame++) {
    act(() => void vi.advanceTimersToNextFrame())
    counts.push(parts())
  }
  expect(counts).toEqual([2, 3, 4, 5, 6, 6, 6])
})

test('what happens is told in words, the latest first', () => {
  const player = showPage()
  player.change({})
  player.change({ underruns: { episodes: 1, concealedMs: 12.3 } })
  player.change({ resyncs: 1 })
  const told = [...document.querySelectorAll('section[aria-labelledby="dev-events"] li')]
  expect(told.map(({ textContent }) => textContent?.replace(/^[\d:]+ /, ''))).toEqual([
    'jumped',
    'underrun, 12.3 ms concealed',
  ])
})

test('lateness is counted, with the target beside it', () => {
  const player = showPage()
  player.change({ lateness: { lastMs: 7.5, beforeMs: null, windows: 1 } })
  player.change({})
  const picture = document.querySelector('[role="img"][aria-label^="Lateness"]')
  expect(picture?.getAttribute('aria-label')).toBe('Lateness: worst 7.5 ms in 1 looks, target 12.3 ms')
})

test('everybody who listens is in a table, and the capture in another', () => {
  showPage()
  serverSays({
    type: 'listeners',
    listeners: [fakeListener({ id: 4, rung: 'opus-96' }), fakeListener({ id: 9 })],
  })
  serverSays({ type: 'capture', capture: fakeCapture() })
  const ids = [...(table('Listeners')?.querySelectorAll('tbody th') ?? [])]
  expect(ids.map(({ textContent }) => textContent)).toEqual(['4', '9'])
  expect(row('Listeners', '4')?.textContent).toContain('opus-96 (auto)')
  expect(figure('Capture', 'Processor')).toBe('2.1 %')
  const blocks = document.querySelector('[role="img"][aria-label^="Times between"]')
  expect(blocks?.getAttribute('aria-label')).toBe('Times between 1000 blocks, the longest above 4 ms')
})

test('what a column means is told to pointer, finger, keyboard and screen reader, by one tip', () => {
  showPage()
  serverSays({ type: 'listeners', listeners: [fakeListener({ id: 4 })] })
  const tip = () => document.querySelector('[role="tooltip"]')?.textContent
  const happens = (event: Event) => act(() => void button('Need').dispatchEvent(event))
  expect(document.getElementById(button('Need').getAttribute('aria-describedby') ?? '')?.textContent).toBe(
    'Instrument to ear, as its page says',
  )
  expect(tip()).toBeUndefined()
  happens(new PointerEvent('pointerover', { bubbles: true }))
  expect(tip()).toBe('Instrument to ear, as its page says')
  const outside = vi.fn()
  document.body.addEventListener('keydown', outside)
  const strikeEscape = () => happens(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
  strikeEscape()
  // It was for the tip; the next one is for what is around it.
  expect(outside).not.toHaveBeenCalled()
  strikeEscape()
  expect(outside).toHaveBeenCalledOnce()
  document.body.removeEventListener('keydown', outside)
  expect(tip()).toBeUndefined()
  press('Rung')
  expect(tip()).toBe('How its sound is sent, and what was asked for')
  const at = vi.spyOn(button('Rung'), 'getBoundingClientRect')
  const scroll = (top: number) => {
    at.mockReturnValue({ left: 50, top } as DOMRect)
    act(() => void window.dispatchEvent(new Event('scroll')))
  }
  scroll(100)
  const { bottom } = (document.querySelector('[role="tooltip"]') as HTMLElement).style
  expect(bottom).toBe(`${innerHeight - 100}px`)
  scroll(-10)
  expect(tip()).toBeUndefined()
})

test('a page the server tells nothing says why', () => {
  showPage()
  act(() => FakeDesk.last?.onclose?.({ code: 4403, reason: 'You are no controller.' }))
  const card = document.querySelector('section[aria-label="Listeners"]')
  expect(card?.textContent).toContain('You are no controller.')
  expect(card?.textContent).toContain('with the controller’s key')
})

test('where there is no room for it, a page is told so, and is let in when there is', () => {
  showPage()
  const card = () => document.querySelector('section[aria-label="Listeners"]')?.textContent
  act(() => FakeDesk.last?.onclose?.({ code: 4503, reason: 'There are 16 consoles.' }))
  expect(card()).toContain('There are 16 consoles.')
  expect(card()).not.toContain('key')
  act(() => void vi.advanceTimersByTime(5000))
  serverSays({ type: 'listeners', listeners: [fakeListener({ id: 4 })] })
  expect(row('Listeners', '4')).toBeTruthy()
})

test('paused, the lateness of another window is counted at once', () => {
  const player = showPage()
  for (let windows = 1; windows < 40; windows++)
    player.change({ lateness: { lastMs: 1, beforeMs: null, windows } })
  const looks = () => Number(/in (\d+) looks/.exec(lateness()?.getAttribute('aria-label') ?? '')?.[1])
  const lateness = () => document.querySelector('[role="img"][aria-label^="Lateness"]')
  const all = looks()
  press('Pause')
  const choose = (label: string) =>
    act(() =>
      [...document.querySelectorAll('label')].find(({ textContent }) => textContent === label)?.click(),
    )
  choose('30 s')
  expect(looks()).toBeLessThan(all)
  choose('1 min')
  expect(looks()).toBeGreaterThanOrEqual(all)
})

test('arrivals are recorded, and the recording says how long it is', () => {
  const player = showPage()
  press('Record arrivals')
  const hear = player.tellArrivals.mock.lastCall?.[0]
  hear(Float64Array.of(0, 5, 44_100, 6))
  act(() => void vi.advanceTimersByTime(1000))
  expect(document.body.textContent).toContain('1 s, 2 packets')
  expect(button('Save arrivals').getAttribute('aria-disabled')).toBe('true')
  press('Stop recording')
  expect(player.tellArrivals).toHaveBeenLastCalledWith(undefined)
  expect(button('Save arrivals').getAttribute('aria-disabled')).toBe('false')
})

test('with nothing playing there is nothing to record', () => {
  const player = showPage()
  player.change({ state: 'idle', streamId: null, rateHz: null })
  expect(button('Record arrivals').getAttribute('aria-disabled')).toBe('true')
})

test('what is copied says so, and so does a browser that does not let it', async () => {
  showPage()
  const writeText = vi.fn(async (_text: string) => {})
  vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText } })
  await act(async () => button('Copy as JSON').click())
  expect(JSON.parse(writeText.mock.lastCall?.[0] ?? '')).toMatchObject({ stats: { targetMs: 12.34 } })
  expect(document.querySelector('[role="status"]')?.textContent).toContain('Copied')
  writeText.mockRejectedValueOnce(new Error('not allowed'))
  await act(async () => button('Copy as JSON').click())
  expect(document.querySelector('[role="status"]')?.textContent).toContain('does not let')
})

test('paused, a moment can be chosen by keyboard', () => {
  showPage()
  act(() => void vi.advanceTimersByTime(1000))
  expect(document.querySelector('input[type="range"]')).toBeNull()
  press('Pause')
  const moment = document.querySelector('input[type="range"]')
  expect(moment?.closest('label')?.textContent).toBe('Moment')
  expect(button('Paused').getAttribute('aria-pressed')).toBe('true')
})

test('the page listens and stops', () => {
  const player = showPage()
  act(() => void vi.advanceTimersByTime(200))
  press('Stop')
  expect(player.stop).toHaveBeenCalled()
})

test('where there is no sound to be had the page says why and what to do, and offers none', () => {
  show((player) => <DevPage player={player} />, { isSecureContext: false })
  expect(document.querySelector('[role="alert"]')?.textContent).toContain('--lan')
  expect(button('Listen') ?? button('Stop')).toBeUndefined()
})

test('when the panel goes nobody looks any more', () => {
  const player = showPage()
  const stats = vi.spyOn(player, 'stats')
  act(() => FakeDesk.last?.onopen?.())
  act(() => void vi.advanceTimersByTime(1000))
  unmount()
  unmount = () => {}
  const looks = stats.mock.calls.length
  vi.advanceTimersByTime(5000)
  expect(stats.mock.calls.length).toBe(looks)
  expect(FakeDesk.last?.closed).toBe(true)
})

function showDrawer() {
  const before = document.body.appendChild(document.createElement('button'))
  before.focus()
  const onClose = vi.fn()
  showAll((player) => <DevDrawer player={player} onClose={onClose} />)
  const drawer = document.querySelector('[role="dialog"]') as HTMLElement
  const key = (name: string, on: Element = drawer) =>
    act(
      () =>
        void on.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true })),
    )
  return { before, onClose, drawer, key }
}

test('the drawer is a dialog with a name that takes the focus, and gives it back', () => {
  const { before, drawer } = showDrawer()
  expect(drawer.getAttribute('aria-modal')).toBe('false')
  expect(document.getElementById(drawer.getAttribute('aria-labelledby') ?? '')?.textContent).toBe('Dev panel')
  expect(document.activeElement).toBe(drawer)
  unmount()
  unmount = () => {}
  expect(document.activeElement).toBe(before)
})

test('the page below is told how much of the window the drawer takes, until it is gone', () => {
  const { key } = showDrawer()
  const taken = () => document.documentElement.style.getPropertyValue(side ? '--beside' : '--below')
  const grip = document.querySelector('[role="separator"]') as HTMLElement
  const side = grip.getAttribute('aria-orientation') === 'vertical'
  const size = Number(grip.getAttribute('aria-valuenow'))
  expect(taken()).toBe(`${size}${side ? 'vw' : 'vh'}`)
  key(side ? 'ArrowLeft' : 'ArrowUp', grip)
  expect(taken()).toBe(`${size + 5}${side ? 'vw' : 'vh'}`)
  unmount()
  unmount = () => {}
  expect(taken()).toBe('')
})

test.each(['Escape', 'd'])('%s closes the drawer, and is nobody else’s key', (name) => {
  const { onClose, key } = showDrawer()
  const outside = vi.fn()
  window.addEventListener('keydown', outside)
  key(name)
  window.removeEventListener('keydown', outside)
  expect(onClose).toHaveBeenCalledOnce()
  expect(outside).not.toHaveBeenCalled()
})

test('its size is set by keyboard, and remembered', () => {
  const { key } = showDrawer()
  const grip = document.querySelector('[role="separator"]') as HTMLElement
  const size = Number(grip.getAttribute('aria-valuenow'))
  const larger = grip.getAttribute('aria-orientation') === 'vertical' ? 'ArrowLeft' : 'ArrowUp'
  key(larger, grip)
  expect(Number(grip.getAttribute('aria-valuenow'))).toBe(size + 5)
  unmount()
  showDrawer()
  expect(Number(document.querySelector('[role="separator"]')?.getAttribute('aria-valuenow'))).toBe(size + 5)
})
