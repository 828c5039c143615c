// @vitest-environment happy-dom
// What every page has: the keys, the help, the ways to the other pages.
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Player } from '../../player/player.ts'
import { volumeOf } from '../listen/volume-memory.ts'
import { Late } from '../parts/late.tsx'
import { App } from './app.tsx'
import type { PageName } from './page-name.ts'
import { Scheme } from './scheme.ts'

;(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true

// What is in the panel is tested beside it.
vi.mock('../dev/dev-drawer.tsx', () => ({ default: () => <div role="dialog" aria-label="Dev panel" /> }))
vi.mock('../dev/dev-page.tsx', () => ({ default: () => <main /> }))

let unmount = () => {}
beforeEach(() => localStorage.clear())
afterEach(() => unmount())

class StillPlayer extends Player {
  override readonly listen = vi.fn()
  override readonly stop = vi.fn()
  override readonly setVolume = vi.fn()
}

function show(element: React.ReactNode): void {
  const root = createRoot(document.body.appendChild(document.createElement('div')))
  unmount = () => {
    act(() => root.unmount())
    document.body.replaceChildren()
  }
  act(() => root.render(element))
}

function open(page: PageName = 'listen') {
  const player = new StillPlayer({})
  const light = matchMedia('(prefers-color-scheme: light)')
  const scheme = new Scheme({ store: localStorage, document, light })
  const address = { session: 'band', role: 'listener', key: 'k' } as const
  show(<App player={player} page={page} address={address} scheme={scheme} />)
  return { player, scheme }
}

const press = (key: string) =>
  act(async () => void document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true })))
/** Once what is loaded late has come. */
const soon = (check: () => void) =>
  vi.waitFor(
    async () => {
      await act(() => vi.dynamicImportSettled())
      check()
    },
    { timeout: 30_000 },
  )
const dialog = (name: string) =>
  [...document.querySelectorAll('dialog, [role="dialog"]')].find((one) => {
    const title = one.getAttribute('aria-labelledby')
    return (title ? document.getElementById(title)?.textContent : one.getAttribute('aria-label')) === name
  })
const control = (name: string) =>
  [...document.querySelectorAll<HTMLElement>('button, label')].find(({ textContent }) => textContent === name)

test('space is Listen and, once it plays, Stop', async () => {
  const { player } = open()
  await press(' ')
  expect(player.listen).toHaveBeenCalledOnce()
  const now = player.store.snapshot()
  vi.spyOn(player.store, 'snapshot').mockReturnValue({ ...now, stats: { ...now.stats, state: 'playing' } })
  await press(' ')
  expect(player.stop).toHaveBeenCalledOnce()
})

test('the arrows move the volume by five, to either end and not beyond; m mutes', async () => {
  const { player } = open()
  const volume = volumeOf(player)
  await press('ArrowUp')
  expect(volume.snapshot()).toBe(100)
  await press('ArrowDown')
  await press('ArrowDown')
  expect(volume.snapshot()).toBe(90)
  await press('m')
  expect(player.store.snapshot().muted).toBe(true)
  await press('m')
  expect(player.store.snapshot().muted).toBe(false)
})

test('every page plays as loud as it was left, also one that has no fader', () => {
  localStorage.setItem('backline.volume', '30')
  const { player } = open('dev')
  expect(player.setVolume).toHaveBeenCalledExactlyOnceWith(0.3)
})

test('? opens the help, which names every key, and its button closes it', async () => {
  open()
  await press('?')
  await soon(() => expect(dialog('Keys')).toBeDefined())
  const keys = [...(dialog('Keys')?.querySelectorAll('kbd') ?? [])].map(({ textContent }) => textContent)
  expect(keys).toEqual(['Space', '↑', '↓', 'M', 'D', '?', 'Esc'])
  await act(async () => control('Close')?.click())
  await soon(() => expect(dialog('Keys')).toBeUndefined())
})

test('the link that the browser remembers is forgotten from the help, once somebody says so', async () => {
  localStorage.setItem('backline.key/band', 'k')
  open()
  await press('?')
  await soon(() => expect(control('Forget the link')).toBeDefined())
  await act(async () => control('Forget the link')?.click())
  expect(localStorage.getItem('backline.key/band')).toBeNull()
  expect(dialog('Keys')?.querySelector('[role="status"]')?.textContent).toMatch(/^Forgotten/)
  unmount()
  open()
  await press('?')
  await soon(() => expect(dialog('Keys')).toBeDefined())
  expect(control('Forget the link')).toBeUndefined()
})

test('d opens the dev panel over the page, and d or Esc on the page closes it; the dev page is the panel already', async () => {
  open()
  for (const key of ['d', 'Escape']) {
    await press('d')
    await soon(() => expect(dialog('Dev panel')).toBeDefined())
    await press(key)
    expect(dialog('Dev panel')).toBeUndefined()
  }
  unmount()
  open('dev')
  await press('d')
  await soon(() => expect(document.querySelector('main')).not.toBeNull())
  expect(dialog('Dev panel')).toBeUndefined()
})

test('a finger opens the panel, too, by the way to its page; who asks for a tab gets one', async () => {
  open()
  const way = [...document.querySelectorAll('a')].find(({ textContent }) => textContent === 'Dev panel')
  const click = (init: MouseEventInit = {}) => {
    const event = new MouseEvent('click', { bubbles: true, cancelable: true, ...init })
    act(() => void way?.dispatchEvent(event))
    return event.defaultPrevented
  }
  expect(click({ ctrlKey: true })).toBe(false)
  expect(click()).toBe(true)
  await soon(() => expect(dialog('Dev panel')).toBeDefined())
})

test('the look is chosen in the help, which a button opens, too', async () => {
  const { scheme } = open()
  await act(async () => control('Keys and look')?.click())
  await soon(() => expect(dialog('Keys')).toBeDefined())
  await act(async () => control('Light')?.querySelector('input')?.click())
  expect(scheme.snapshot()).toBe('light')
  expect(document.documentElement.dataset['mantineColorScheme']).toBe('light')
})

test('the ways to the other pages keep the session, and say which this is', () => {
  open()
  const links = [...(document.querySelectorAll<HTMLAnchorElement>('nav[aria-label="Pages"] a') ?? [])]
  expect(links.map((link) => link.getAttribute('href'))).toEqual([
    '/s/band',
    '/s/band/console',
    '/s/band/dev',
  ])
  expect(links.map((link) => link.getAttribute('aria-current'))).toEqual(['page', null, null])
})

test('what can not be loaded is said in its place, and the rest stays', () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const Broken = () => {
    throw new TypeError('Failed to fetch dynamically imported module')
  }
  show(
    <>
      <p>the rest</p>
      <Late>
        <Broken />
      </Late>
    </>,
  )
  expect(document.querySelector('[role="alert"]')?.textContent).toContain('could not be loaded')
  expect(document.body.textContent).toContain('the rest')
  // Also where the skip link has left its place in the address.
  const reload = vi.spyOn(location, 'reload').mockImplementation(() => {})
  act(() => document.querySelector<HTMLElement>('[role="alert"] a')?.click())
  expect(reload).toHaveBeenCalledOnce()
})
