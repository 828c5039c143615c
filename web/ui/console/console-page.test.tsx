// @vitest-environment happy-dom
// What whoever is in charge sees and presses, by role and name.
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { CaptureView } from '../../../src/shared/wire/console-messages.ts'
import type { Role } from '../../../src/shared/wire/room-messages.ts'
import { SERVER_US_HEADER } from '../../../src/shared/wire/time-limit.ts'
import { DeskError } from '../../desk/ask.ts'
import type { MadeInvite, WorkingInvite } from '../../desk/commands.ts'
import { fakeCapture, fakeListener, fakeMix, fakeMixer } from '../../desk/fake-views.ts'
import { Player } from '../../player/player.ts'
import { type } from '../parts/fake-typing.ts'
import { Console } from './console-page.tsx'
import type { ConsoleTools } from './console-tools.ts'
import { keyIn } from './key-form.tsx'
import { MixerDesk } from './mixer-desk.ts'
import { RoomDesk } from './room-desk.ts'
import { StagedDesk } from './staged-desk.ts'

;(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true

let unmount = () => {}
beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  unmount()
  localStorage.clear()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const ROOM = {
  transport: { playing: true, backMs: 5000, seekableMs: 12_000, scheduled: null as object | null },
  pauseWhenLow: false,
  together: { delayMs: 96.2, fixedMs: null as number | null },
  steady: { fixedMs: 5000 },
}

function fullScale({ peak, rms }: { peak: Float32Array; rms: Float32Array }): number {
  peak.fill(1)
  rms.fill(1)
  return 2
}

async function show(
  desk = new StagedDesk({ capture: fakeCapture(), mix: fakeMix() }),
  key = '',
  session = 'main',
  invites?: () => Promise<WorkingInvite[]>,
) {
  const working: WorkingInvite[] = []
  const commands = {
    setStrips: vi.fn(fakeMixer()),
    savePreset: vi.fn(async (name: string) => fakeMix({ presets: ['Rehearsal', name], preset: name })),
    loadPreset: vi.fn(async (name: string) => fakeMix({ preset: name })),
    deletePreset: vi.fn(async () => fakeMix({ presets: [] })),
    controlCapture: vi.fn(async () => fakeCapture()),
    lookForDevices: vi.fn(async () => fakeCapture()),
    setQuality: vi.fn(async () => {}),
    invite: vi.fn(async (role: Role): Promise<MadeInvite> => {
      working.unshift({ id: role, role, session, expiresAt: '2026-11-21T14:03:00' })
      return { id: role, url: `/${role}?invite=t` }
    }),
    invites: vi.fn(invites ?? (async () => [...working])),
    takeBack: vi.fn(async () => {}),
  }
  const asked: [string, string, unknown][] = []
  const answer = { room: ROOM, refusal: undefined as string | undefined }
  const address = { session, role: 'controller', key } as const
  vi.stubGlobal('fetch', async (url: string, { method = 'GET', body }: RequestInit = {}) => {
    if (method === 'GET') return Response.json(answer.room, { headers: { [SERVER_US_HEADER]: '1e9' } })
    asked.push([method, url, JSON.parse(String(body))])
    if (answer.refusal) return Response.json({ reason: 'too-soon', message: answer.refusal }, { status: 409 })
    return Response.json({ note: '' })
  })
  const room = new RoomDesk(session)
  const tools: ConsoleTools = {
    ...{ player: new Player({}), address, desk, readLevels: fullScale, commands, room },
    mixer: new MixerDesk({ desk: desk.store, setStrips: commands.setStrips }),
  }
  const host = document.body.appendChild(document.createElement('div'))
  const root = createRoot(host)
  unmount = () => {
    act(() => root.unmount())
    host.remove()
  }
  await act(async () => {
    root.render(<Console tools={tools} />)
    await vi.advanceTimersByTimeAsync(0)
  })
  return { page: host, desk, commands, working, asked, answer }
}

function named<E extends HTMLElement>(page: HTMLElement, selector: string, name: string): E {
  const all = [...page.querySelectorAll<E>(selector)]
  const found = all.find((one) => (one.getAttribute('aria-label') ?? one.textContent?.trim() ?? '') === name)
  if (!found) throw new Error(`no ${selector} named ${name}: ${all.map((one) => one.textContent)}`)
  return found
}
const key = (page: HTMLElement, name: string) => named<HTMLButtonElement>(page, 'button', name)
const slider = (page: HTMLElement, name: string) => named<HTMLInputElement>(page, 'input[type=range]', name)
const unit = (page: HTMLElement, name: string) => named(page, 'section', name)
const alert = (page: HTMLElement) => page.querySelector('[role=alert]')?.textContent
const press = (element: HTMLElement) =>
  act(async () => {
    element.click()
    await vi.advanceTimersByTimeAsync(100)
  })
const strike = (element: HTMLElement, key: string) =>
  act(async () => {
    element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
    await vi.advanceTimersByTimeAsync(100)
  })
test('each channel has a strip, whose fader, pan and keys are sent and say where they are', async () => {
  const { page, commands } = await show()
  expect(slider(page, 'Bass gain').getAttribute('aria-valuetext')).toBe('−6.0 dB')
  expect(slider(page, 'Bass pan').getAttribute('aria-valuetext')).toBe('100 percent right')
  await strike(slider(page, 'Bass gain'), 'ArrowUp')
  expect(slider(page, 'Bass gain').getAttribute('aria-valuetext')).toBe('−5.5 dB')
  expect(commands.setStrips.mock.lastCall?.[0][1]?.gainDb).toBe(-5.5)
  await strike(slider(page, 'Bass gain'), '0')
  expect(commands.setStrips.mock.lastCall?.[0][1]?.gainDb).toBe(0)
  await press(key(page, 'Mute Keys'))
  expect(key(page, 'Mute Keys').getAttribute('aria-pressed')).toBe('true')
  await press(key(page, 'Solo Bass'))
  expect(commands.setStrips.mock.calls.slice(-2)).toEqual([[[{ mute: true }, {}]], [[{}, { solo: true }]]])
})

test('a fader is dragged from where it is, and does not follow others meanwhile', async () => {
  const { page, desk, commands } = await show()
  const fader = slider(page, 'Keys gain').parentElement as HTMLElement
  fader.setPointerCapture = () => {}
  Object.defineProperty(fader, 'clientHeight', { value: 36 + 72 })
  const point = (type: string, clientY: number) =>
    act(async () => {
      const event = new PointerEvent(type, {
        bubbles: true,
        isPrimary: true,
        button: 0,
        pointerId: 1,
        clientY,
      })
      fader.dispatchEvent(event)
      await vi.advanceTimersByTimeAsync(100)
    })
  await point('pointerdown', 400)
  expect(commands.setStrips).not.toHaveBeenCalled()
  await point('pointermove', 410)
  expect(slider(page, 'Keys gain').getAttribute('aria-valuetext')).toBe('−10.0 dB')
  const strips = fakeMix().strips.map((strip) => ({ ...strip, gainDb: -40 }))
  act(() => desk.say({ mix: fakeMix({ strips }) }))
  expect(slider(page, 'Keys gain').getAttribute('aria-valuetext')).toBe('−10.0 dB')
  expect(slider(page, 'Bass gain').getAttribute('aria-valuetext')).toBe('−40.0 dB')
  await point('pointerup', 410)
  expect(slider(page, 'Keys gain').getAttribute('aria-valuetext')).toBe('−40.0 dB')
})

test('what the mixer is refused is said, and the strip goes back', async () => {
  const { page, commands } = await show()
  commands.setStrips.mockRejectedValueOnce(new DeskError('not-a-controller', 'This takes the key.'))
  await press(key(page, 'Mute Keys'))
  expect(alert(page)).toBe('This takes the key.')
  expect(key(page, 'Mute Keys').getAttribute('aria-pressed')).toBe('false')
})

test('channels that are others all of a sudden have meters that move, too', async () => {
  const { page, desk } = await show()
  const source = { ...fakeCapture().source, channelNames: ['Input 1', 'Input 2'] } as CaptureView['source']
  act(() => desk.say({ capture: fakeCapture({ source }) }))
  await act(async () => void (await vi.advanceTimersByTimeAsync(100)))
  const meters = [...page.querySelectorAll('[data-channel]')]
  expect(meters.map((meter) => meter.getAttribute('aria-label'))).toEqual([
    'Input 1 level, before the fader',
    'Input 2 level, before the fader',
  ])
  expect(meters.filter((meter) => meter.querySelector('[data-lit]'))).toHaveLength(2)
})

test('where the mix is not told there is no mixer, and it is there once it is', async () => {
  const desk = new StagedDesk({ capture: fakeCapture() })
  const { page } = await show(desk, '', 'jam')
  expect(page.querySelector('.mixer')).toBeNull()
  expect(page.querySelectorAll('.module').length).toBeGreaterThan(2)
  await act(async () => desk.say({ mix: fakeMix() }))
  expect(page.querySelector('.mixer')).not.toBeNull()
})

test('presets are loaded by a key, saved under a name, and deleted when somebody says so twice', async () => {
  const { page, commands } = await show()
  await press(key(page, 'Rehearsal'))
  expect(commands.loadPreset).toHaveBeenCalledWith('Rehearsal')
  expect(key(page, 'Rehearsal').getAttribute('aria-pressed')).toBe('true')
  await press(key(page, 'Save…'))
  const name = page.querySelector('form input') as HTMLInputElement
  // A browser would make /api/mix/ of it.
  act(() => type(name, ' .. '))
  expect(key(page, 'Save').disabled).toBe(true)
  expect(page.querySelector('form')?.textContent).toContain('“..” can not be a name.')
  act(() => type(name, ' Encore '))
  await press(key(page, 'Save'))
  expect(commands.savePreset).toHaveBeenCalledWith('Encore')
  expect(page.querySelector('form')).toBeNull()
  expect(key(page, 'Encore').getAttribute('aria-pressed')).toBe('true')
  await press(key(page, 'Delete…'))
  expect(commands.deletePreset).not.toHaveBeenCalled()
  await press(key(page, 'Delete “Encore” for good'))
  expect(commands.deletePreset).toHaveBeenCalledWith('Encore')
  expect(key(page, 'Delete…').disabled).toBe(true)
})

test('everybody is steered without listening; what can not be had is said', async () => {
  const { page, asked, answer } = await show(undefined, 'open sesame')
  const place = '/api/sessions/main'
  expect(unit(page, 'For everybody').textContent).toContain('5.0 s back')
  await press(key(page, 'Back 10 s'))
  expect(asked.at(-1)).toEqual(['POST', `${place}/transport`, { action: 'seek', backMs: 12_000, inMs: 500 }])
  expect(key(page, 'Start in 3 s').getAttribute('aria-disabled')).toBe('true')
  answer.refusal = 'It is so already.'
  await press(key(page, 'Pause'))
  expect(alert(page)).toBe('It is so already.')
  answer.refusal = undefined
  const scheduled = { action: 'play', atUs: 1e9 + 3e6, backMs: 0 }
  answer.room = { ...ROOM, transport: { ...ROOM.transport, playing: false, scheduled } }
  await act(async () => void (await vi.advanceTimersByTimeAsync(1000)))
  expect(unit(page, 'For everybody').textContent).toMatch(/Paused.*Starts in 3 s/)
  await press(key(page, 'Start in 3 s'))
  expect(asked.at(-1)?.[2]).toMatchObject({ action: 'play', inMs: 3000 })
})

test('the settings of the room are set', async () => {
  const { page, asked } = await show()
  const settings = unit(page, 'For everybody')
  const steady = named<HTMLInputElement>(settings, 'input', 'Holds, seconds')
  expect(steady.value).toBe('5')
  act(() => type(steady, '90'))
  await strike(steady, 'Enter')
  expect(asked.at(-1)).toEqual(['PUT', '/api/sessions/main/room', { steadyMs: 60_000 }])
  await press(settings.querySelector('[role=switch]') as HTMLElement)
  expect(asked.at(-1)?.[2]).toEqual({ pauseWhenLow: true })
  await press(settings.querySelectorAll<HTMLElement>('input[type=radio]')[1] as HTMLElement)
  expect(asked.at(-1)?.[2]).toEqual({ fixedDelayMs: 96 })
})

test('listeners of this room are listed, and one is pinned to a quality', async () => {
  const { page, desk, commands } = await show()
  expect(unit(page, 'Listeners').textContent).toContain('Nobody listens yet.')
  const listeners = [
    fakeListener({ id: 3, status: 'slow', reason: 'Its clock drifts.', connectedSeconds: 125 }),
    fakeListener({ id: 4, session: 'elsewhere' }),
  ]
  act(() => desk.say({ listeners }))
  const rows = page.querySelectorAll('tbody tr')
  expect(rows).toHaveLength(1)
  expect(rows[0]?.textContent).toMatch(/Listener 3Out of step: Its clock drifts\.Together42 ms2 min.*3 ms0$/)
  const quality = named<HTMLSelectElement>(page, 'select', 'Quality of Listener 3')
  expect([...quality.options].map(({ text }) => text)).toEqual([
    ...['Auto: Uncompressed', 'Uncompressed', 'High', 'Good', 'Small', 'Smallest'],
  ])
  quality.value = 'opus-64'
  await act(async () => void quality.dispatchEvent(new Event('change', { bubbles: true })))
  expect(commands.setQuality).toHaveBeenCalledWith(3, 'opus-64')
})

test('the capture is stopped only after asking while somebody listens, and started again', async () => {
  const { page, desk, commands } = await show()
  act(() => desk.say({ listeners: [fakeListener()] }))
  await press(key(page, 'Stop capture'))
  expect(commands.controlCapture).not.toHaveBeenCalled()
  expect(unit(page, 'Capture').textContent).toContain('One listener hears it.')
  await press(key(page, 'Stop it for all'))
  expect(commands.controlCapture).toHaveBeenCalledWith({ wanted: false })
  act(() => desk.say({ capture: fakeCapture({ wanted: false, state: 'stopped', message: 'Stopped.' }) }))
  expect(unit(page, 'Capture').textContent).toContain('Stopped.')
  await press(key(page, 'Start capture'))
  expect(commands.controlCapture).toHaveBeenLastCalledWith({ wanted: true })
})

test('another source is chosen first, and used when somebody says so', async () => {
  const { page, commands } = await show()
  const pick = (name: string) =>
    [...unit(page, 'Capture').querySelectorAll('label')].find(({ textContent }) =>
      textContent?.startsWith(name),
    ) as HTMLElement
  await press(key(page, 'Look again'))
  expect(commands.lookForDevices).toHaveBeenCalled()
  await press(pick('Demo synth'))
  expect(commands.controlCapture).not.toHaveBeenCalled()
  await press(key(page, 'Use it'))
  expect(commands.controlCapture).toHaveBeenCalledWith({ capture: 'synth', device: 'MONTAGE', wanted: true })
})

test('the command that the server was started with can be chosen again', async () => {
  const { page, desk } = await show()
  const kinds = () =>
    [...unit(page, 'Capture').querySelectorAll<HTMLInputElement>('[role=radiogroup] input')].map(
      ({ value }) => value,
    )
  expect(kinds()).not.toContain('command')
  act(() => desk.say({ capture: fakeCapture({ capture: 'synth', hasCommand: true }) }))
  expect(kinds()).toEqual(['auto', 'device', 'synth', 'command'])
})

test('an invitation is made when it is wanted: a link, a QR code of it, and another address where this one is of no use', async () => {
  const { page, commands } = await show()
  const invite = unit(page, 'Invite')
  const links = () =>
    [...invite.querySelectorAll<HTMLInputElement>('input[readonly]')].map(({ value }) => value)
  expect(links()).toEqual([])
  await press(key(page, 'Link to steer'))
  await press(key(page, 'Link to listen'))
  const { origin } = location
  expect(links()).toEqual([`${origin}/listener?invite=t`, `${origin}/controller?invite=t`])
  expect(invite.textContent).toContain('Others can not open localhost')
  act(() => type(invite.querySelector('input[type=url]') as HTMLInputElement, 'studio.example'))
  expect(links()[0]).toBe('https://studio.example/listener?invite=t')
  // Of the link that was made last, until somebody asks for another.
  const code = () => invite.querySelector('img')?.alt
  expect(code()).toBe('QR code to listen: https://studio.example/listener?invite=t')
  expect(invite.querySelector('figcaption')?.textContent).toBe('To listen')
  await press(key(page, 'Show the code to steer'))
  expect(code()).toBe('QR code to steer: https://studio.example/controller?invite=t')
  expect(invite.querySelector('figcaption')?.textContent).toBe('To steer')
  const writeText = vi.fn(async () => {})
  Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true })
  await press(key(page, 'Copy the link to listen'))
  expect(writeText).toHaveBeenCalledWith('https://studio.example/listener?invite=t')
  expect(invite.textContent).toContain('Copied.')
  commands.invite.mockRejectedValueOnce(new DeskError('disk-full', 'The disk is full.'))
  await press(key(page, 'Link to mix'))
  expect(invite.querySelector('[role=alert]')?.textContent).toBe('The disk is full.')
})

test('where the server knows its address on the network, a link has that at once', async () => {
  const { page, commands } = await show()
  commands.invites.mockResolvedValue([
    { id: '1', role: 'listener', session: 'main', expiresAt: '2026-11-21T14:03:00' },
  ])
  commands.invite.mockResolvedValueOnce({ id: '1', url: '/?invite=t', origin: 'https://10.0.0.7:8080' })
  await press(key(page, 'Link to listen'))
  expect(unit(page, 'Invite').querySelector('img')?.alt).toBe(
    'QR code to listen: https://10.0.0.7:8080/?invite=t',
  )
})

test('a link that was taken back, here or elsewhere, or has ended is not on show any more', async () => {
  const { page, commands, working } = await show()
  const shown = () => unit(page, 'Invite').querySelectorAll('img, input[readonly]').length
  await press(key(page, 'Link to listen'))
  expect(document.activeElement).toBe(unit(page, 'Invite').querySelector('input[readonly]'))
  expect(shown()).toBe(2)
  working.length = 0
  await press(unit(page, 'Invite').querySelector('li button') as HTMLButtonElement)
  expect(commands.takeBack).toHaveBeenCalledWith('listener')
  expect(shown()).toBe(0)
  expect(document.activeElement).toBe(unit(page, 'Invite').querySelector('h2'))
  await press(key(page, 'Link to mix'))
  expect(shown()).toBe(2)
  working.length = 0
  await act(() => vi.advanceTimersByTimeAsync(30_000))
  expect(shown()).toBe(0)
})

test('whoever may not make links is told so, and is offered none', async () => {
  const { page } = await show(undefined, undefined, undefined, async () => {
    throw new DeskError('wrong-role', 'No.')
  })
  expect(unit(page, 'Invite').textContent).toContain('made by whoever is in charge')
  expect(unit(page, 'Invite').querySelector('button, [role=alert]')).toBeNull()
})

test('links that work are there, another one as soon as it is made, and each can be taken back', async () => {
  const { page, commands } = await show()
  const rows = () => [...unit(page, 'Invite').querySelectorAll('li')].map((row) => row.textContent)
  expect(rows()).toEqual([])
  const all: WorkingInvite[] = Array.from({ length: 8 }, (_, i) => ({
    ...{ id: String(i), role: 'listener', session: 'main', expiresAt: `2026-11-2${i}T14:03:00` },
  }))
  commands.invites.mockResolvedValueOnce(all)
  await press(key(page, 'Link to listen'))
  expect(rows()).toHaveLength(6)
  expect(rows()[0]).toContain('A link to listen, until ')
  expect(page.textContent).toContain('And 2 older.')
  const first = unit(page, 'Invite').querySelector('li button') as HTMLButtonElement
  await press(first)
  expect(commands.takeBack).toHaveBeenCalledWith('0')
  expect(page.textContent).toContain('And 1 older.')
  commands.takeBack.mockRejectedValueOnce(new DeskError('disk-full', 'The disk is full.'))
  await press(unit(page, 'Invite').querySelector('li button') as HTMLButtonElement)
  expect(rows()).toHaveLength(6)
  expect(page.textContent).toContain('The disk is full.')
})

test('where the server does not let it steer, it asks for the key', async () => {
  const { page, desk } = await show()
  const refusal = 'From another computer this takes the key of the session.'
  act(() => desk.say({ connected: false, refusal, refusedFor: 'forbidden' }))
  expect(alert(page)).toContain('this takes the key')
  expect(page.querySelector('section')).toBeNull()
  expect(key(page, 'Open the console').disabled).toBe(true)
  act(() => type(page.querySelector('form input') as HTMLInputElement, 'open-sesame'))
  expect(key(page, 'Open the console').disabled).toBe(false)
  const { starts } = desk
  await press(key(page, 'Try again'))
  expect(desk.starts).toBe(starts + 1)
})

test('where no key would help it asks for none', async () => {
  const { page, desk } = await show()
  const { starts } = desk
  act(() => desk.say({ connected: false, refusal: 'There are 16 consoles.', refusedFor: 'full' }))
  expect(alert(page)).toBe('There are 16 consoles.')
  expect(page.querySelector('form, button')).toBeNull()
  expect(page.querySelector('.console-link')?.textContent).toBe('Not connected')
  act(() => desk.say({ refusal: 'This session has been ended.', refusedFor: 'gone' }))
  expect(alert(page)).toBe('This session has been ended.')
  expect(page.querySelector('form')).toBeNull()
  await press(key(page, 'Try again'))
  expect(desk.starts).toBe(starts + 1)
  await act(async () => desk.say({ connected: true, refusal: '', refusedFor: undefined }))
  expect(unit(page, 'For everybody')).toBeTruthy()
})

test('of a link that is pasted as the key, its key counts', () => {
  expect(keyIn('https://10.0.0.7:8080/s/band/console?invite=eyJ.x')).toBe('eyJ.x')
  expect(keyIn('http://localhost:8080/console?key=open-sesame')).toBe('open-sesame')
  expect(keyIn('open-sesame')).toBe('open-sesame')
  expect(keyIn('https://10.0.0.7:8080/console')).toBe('https://10.0.0.7:8080/console')
})

test('a delete that is pressed twice on a slow network deletes one, whatever the server tells meanwhile', async () => {
  const desk = new StagedDesk({
    capture: fakeCapture(),
    mix: fakeMix({ presets: ['Alpha', 'Beta'], preset: null }),
  })
  const { page, commands } = await show(desk)
  commands.deletePreset.mockImplementation(() => new Promise(() => {}))
  await press(key(page, 'Delete…'))
  const button = key(page, 'Delete “Alpha” for good')
  await press(button)
  await act(async () => desk.say({ mix: fakeMix({ presets: ['Beta'], preset: null }) }))
  await press(button)
  expect(commands.deletePreset.mock.calls).toEqual([['Alpha']])
})

test('an older press that failed says nothing over a newer one that was done', async () => {
  const { page } = await show()
  const answered = globalThis.fetch
  let fail: (() => void) | undefined
  vi.stubGlobal('fetch', (url: string, init: RequestInit = {}) => {
    if (init.method !== 'POST' || fail) return answered(url, init)
    return new Promise((_, no) => {
      fail = () => no(new Error('lost'))
    })
  })
  const before = alert(page)
  await press(key(page, 'Back 10 s'))
  await press(key(page, 'Pause'))
  await act(async () => {
    fail?.()
    await vi.advanceTimersByTimeAsync(100)
  })
  expect(alert(page)).toBe(before)
})
