import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { ACK_EVERY_MS } from '../shared/capture-messages.ts'
import { CaptureSupervisor } from './capture-supervisor.ts'
import { DeviceLookError } from './child/device-look.ts'
import { readConfig } from './config.ts'
import type { SupervisorTiming } from './supervisor-timing.ts'

const QUICK: Partial<SupervisorTiming> = { firstMs: 10, longestMs: 40, graceMs: 200 }

function supervise(fixture: string, timing: Partial<SupervisorTiming> = {}) {
  const lines: { level: string; message: string }[] = []
  const at = (level: string) => (message: string) => void lines.push({ level, message })
  const supervisor = new CaptureSupervisor({
    entry: new URL(`./fixtures/${fixture}.mjs`, import.meta.url),
    settings: readConfig({ args: [], env: {} }).capture,
    log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
    timing: { ...QUICK, ...timing },
  })
  onTestFinished(() => supervisor.stop())
  return { supervisor, lines }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false // no such process: what is asked
  }
}

/** Processes of this one. */
function children(): number[] {
  const list = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
  return list.split(' ').filter(Boolean).map(Number)
}

async function pidOf(supervisor: CaptureSupervisor): Promise<number> {
  await once(supervisor, 'packet')
  return supervisor.pid as number
}

test.each(['SIGTERM', 'SIGKILL', 'SIGSEGV'] as const)(
  'a child felled by %s is replaced and packets flow again as a new stream',
  async (signal) => {
    const { supervisor } = supervise('steady')
    const firstReady = once(supervisor, 'ready')
    supervisor.start()
    const [, firstStream] = await firstReady
    const first = await pidOf(supervisor)
    const down = once(supervisor, 'down')
    const secondReady = once(supervisor, 'ready')
    process.kill(first, signal)
    expect((await down)[0]).toContain(signal)
    const [, secondStream] = await secondReady
    expect(await pidOf(supervisor)).not.toBe(first)
    expect(secondStream).toBe(firstStream + 1)
    expect(supervisor.restarts).toBe(1)
  },
)

test('a child that refuses its settings before it ever played is not started again', async () => {
  const { supervisor } = supervise('refuses')
  let downs = 0
  supervisor.on('down', () => downs++)
  supervisor.start()
  const [message] = await once(supervisor, 'gave-up')
  expect(message).toBe('No device is called MONTAGE.')
  expect(supervisor.pid).toBeUndefined()
  expect(downs).toBe(0)
})

test('settings that once played are not bad: the child is started again', async () => {
  const { supervisor } = supervise('refuses-later')
  supervisor.start()
  await once(supervisor, 'down')
  await once(supervisor, 'ready')
  expect(supervisor.restarts).toBeGreaterThanOrEqual(1)
})

test('delays between restarts double up to their longest', async () => {
  const { supervisor } = supervise('silent', { readyMs: 50 })
  const delays: number[] = []
  supervisor.on('down', (_message, delayMs) => delays.push(delayMs))
  supervisor.start()
  while (delays.length < 4) await once(supervisor, 'down')
  expect(delays.slice(0, 4)).toEqual([10, 20, 40, 40])
})

test('once a device was in use, later starts reopen it, and wait for it as long as it took', async () => {
  const { supervisor } = supervise('device')
  supervisor.start()
  const [first] = await once(supervisor, 'ready')
  await once(supervisor, 'levels')
  process.kill(supervisor.pid as number, 'SIGKILL')
  const [second] = await once(supervisor, 'ready')
  expect(first.name).toBe('opened, 1500 ms')
  expect(second.name).toMatch(/^reopened, (7|8|9|1[0-4])\d\d(\.\d+)? ms$/)
})

test('while a device that was opened again gives nothing, the child of the next attempt is there already', async () => {
  const { supervisor } = supervise('slow-device')
  supervisor.start()
  await once(supervisor, 'levels')
  const kill = async () => {
    process.kill(supervisor.pid as number, 'SIGKILL')
    await once(supervisor, 'ready')
  }
  await kill()
  const spares = () => children().filter((pid) => pid !== supervisor.pid)
  await expect.poll(spares).toHaveLength(1)
  const [spare] = spares()
  await kill()
  expect(supervisor.pid).toBe(spare)
  await expect.poll(spares).toHaveLength(1)
  supervisor.setGains(supervisor.gains)
  await expect.poll(spares).toHaveLength(0)
  expect(supervisor.pid).toBe(spare)
})

test('a child that is never ready is killed and counted', async () => {
  const { supervisor } = supervise('silent', { readyMs: 50 })
  supervisor.start()
  const [message] = await once(supervisor, 'down')
  expect(message).toBe('The capture process was not ready in time.')
  expect(supervisor.restarts).toBe(1)
})

test('a child that hangs after it was ready is killed and replaced', async () => {
  const { supervisor } = supervise('hangs', { silentMs: 50 })
  supervisor.start()
  const [message] = await once(supervisor, 'down')
  expect(message).toBe('The capture process went silent.')
  await once(supervisor, 'ready')
})

test('a child whose device does not let it go is killed soon after it has said that it ends', async () => {
  // Silence would be found out after the end of the test.
  const { supervisor } = supervise('stuck', { silentMs: 600_000 })
  supervisor.start()
  const [message] = await once(supervisor, 'down')
  expect(message).toBe('No sound data.')
  await once(supervisor, 'ready')
})

test('a child deaf to SIGTERM is gone when stop has returned', async () => {
  const { supervisor } = supervise('deaf')
  supervisor.start()
  const pid = await pidOf(supervisor)
  await supervisor.stop()
  expect(isAlive(pid)).toBe(false)
  supervisor.start()
  expect(supervisor.pid).toBeUndefined()
})

test('the child hears acks while it plays, and the mix it is given, also after a restart', async () => {
  const { supervisor, lines } = supervise('echoes')
  const heard = (kind: string) =>
    lines.map(({ message }) => JSON.parse(message)).filter((message) => message.kind === kind)
  supervisor.start()
  while (heard('ack').length < 2) await once(supervisor, 'packet')
  expect(heard('ack')[0].position).toBeLessThan((ACK_EVERY_MS / 1000) * 44_100)
  const gains = [
    [0, 0, 0, 0, 0, 0, 0, 1],
    [0, 0, 0, 0, 0, 0, 0, 1],
  ]
  supervisor.setGains(gains)
  while (heard('mix').length < 1) await once(supervisor, 'packet')
  process.kill(supervisor.pid as number, 'SIGKILL')
  await once(supervisor, 'ready')
  while (heard('start').length < 2) await once(supervisor, 'packet')
  expect(heard('start')[1].settings).toMatchObject({ gains, gainsAreDefault: false, reopening: false })
})

test('a mix that is set while the child opens its device is heard, also by one of fewer channels', async () => {
  const { supervisor, lines } = supervise('opens-late')
  supervisor.start()
  const gains = [
    [1, 0, 0, 0, 0, 0, 0, 0],
    [0, 1, 0, 0, 0, 0, 0, 0],
  ]
  supervisor.setGains(gains)
  const told = () => lines.map(({ message }) => JSON.parse(message)).filter(({ kind }) => kind === 'mix')
  await once(supervisor, 'packet')
  while (told().length < 1) await once(supervisor, 'packet')
  expect(told()).toEqual([
    {
      kind: 'mix',
      gains: [
        [1, 0, 0, 0],
        [0, 1, 0, 0],
      ],
    },
  ])
})

test('what was set for the source before is forgotten as the next begins', async () => {
  const { supervisor, lines } = supervise('opens-late')
  const setUp = supervisor.gains
  supervisor.setGains([new Array(8).fill(0.25), new Array(8).fill(0.5)])
  supervisor.once('ready', () => supervisor.forgetGains())
  supervisor.start()
  const told = () => lines.map(({ message }) => JSON.parse(message)).filter(({ kind }) => kind === 'mix')
  await once(supervisor, 'packet')
  while (told().length < 1) await once(supervisor, 'packet')
  expect(told()).toEqual([{ kind: 'mix', gains: setUp.map((row) => row.slice(0, 4)) }])
  expect(supervisor.settings.gainsAreDefault).toBe(true)
})

test('a child that floods its stderr fills neither the log nor the memory', async () => {
  const { supervisor, lines } = supervise('chatty')
  supervisor.start()
  await once(supervisor, 'packet')
  expect(lines.length).toBeLessThan(100)
  expect(Math.max(...lines.map(({ message }) => message.length))).toBeLessThanOrEqual(500)
  expect(lines.filter(({ level }) => level === 'warn')).toEqual([])
})

test('a child that crashes leaves its last words in the log', async () => {
  const { supervisor, lines } = supervise('crashes')
  supervisor.start()
  await once(supervisor, 'down')
  await once(supervisor, 'ready')
  expect(lines.filter(({ level }) => level === 'warn').map(({ message }) => message)).toContain(
    'Error: the last words',
  )
})

test('stopped by wish, nothing is heard of the child any more, and it comes back as a new stream when wished', async () => {
  const { supervisor } = supervise('steady')
  supervisor.start()
  const [, firstStream] = await once(supervisor, 'ready')
  const first = await pidOf(supervisor)
  const told: string[] = []
  supervisor.on('stopped', (message) => told.push(`stopped: ${message}`))
  supervisor.on('starting', (message) => told.push(`starting: ${message}`))
  supervisor.on('down', (message) => told.push(`down: ${message}`))
  let packets = 0
  supervisor.on('packet', () => packets++)
  const stopping = supervisor.control({ wanted: false })
  packets = 0
  await stopping
  expect([packets, isAlive(first), supervisor.pid, supervisor.wanted]).toEqual([0, false, undefined, false])
  const ready = once(supervisor, 'ready')
  await supervisor.control({ wanted: true })
  expect((await ready)[1]).toBe(firstStream + 1)
  expect(told).toEqual([
    'stopped: The capture was stopped from the console.',
    'starting: The instrument is being opened.',
  ])
  expect(supervisor.restarts).toBe(0)
})

test('another device is played by another child, with the channels it has; the same wish again changes nothing', async () => {
  const { supervisor } = supervise('chooses')
  supervisor.start()
  expect((await once(supervisor, 'ready'))[0].name).toBe('MONTAGE')
  await supervisor.control({ capture: 'device', device: 'Scar' })
  expect((await once(supervisor, 'ready'))[0]).toMatchObject({ name: 'Scarlett', channels: 2 })
  const pid = await pidOf(supervisor)
  await supervisor.control({ capture: 'device', device: 'Scar', wanted: true })
  expect(supervisor.pid).toBe(pid)
})

test('a chosen device that is not there is tried for good, until something else is chosen', async () => {
  const { supervisor } = supervise('chooses')
  let gaveUp = 0
  supervisor.on('gave-up', () => gaveUp++)
  supervisor.start()
  await supervisor.control({ capture: 'device', device: 'MODX' })
  for (let i = 0; i < 3; i++)
    expect((await once(supervisor, 'down'))[0]).toBe('No input named "MODX" was found.')
  await supervisor.control({ capture: 'synth' })
  expect((await once(supervisor, 'ready'))[0].name).toBe('demo synth')
  expect(gaveUp).toBe(0)
})

test('who gave up starts again when something else is wished', async () => {
  const { supervisor } = supervise('chooses')
  await supervisor.control({ wanted: false, capture: 'device', device: 'MODX' })
  await supervisor.control({ wanted: true })
  await once(supervisor, 'down')
  const { supervisor: other } = supervise('refuses')
  other.start()
  await once(other, 'gave-up')
  const down = once(other, 'down')
  await other.control({ capture: 'synth' })
  await down // it refuses that, too, and is tried again
})

test('the synth that plays instead of a device makes room when the same is wished again', async () => {
  const { supervisor } = supervise('chooses')
  await supervisor.control({ device: 'MODX' })
  expect((await once(supervisor, 'ready'))[0].fallback).toContain('MODX')
  const pid = await pidOf(supervisor)
  await supervisor.control({ capture: 'auto' })
  await once(supervisor, 'ready')
  expect(await pidOf(supervisor)).not.toBe(pid)
})

test('wishes that come all at once end in the last one, with one child', async () => {
  const { supervisor } = supervise('chooses')
  supervisor.start()
  await once(supervisor, 'ready')
  const wishes = [
    { capture: 'synth' },
    { wanted: false },
    { wanted: true },
    { capture: 'device', device: 'Scar' },
  ] as const
  const ready = once(supervisor, 'ready')
  await Promise.all(wishes.map((wish) => supervisor.control(wish)))
  expect((await ready)[0].name).toBe('Scarlett')
  expect(supervisor.child).toBeDefined()
})

test('devices are known from a child that looked, and from looking', async () => {
  const { supervisor } = supervise('chooses')
  await supervisor.control({ wanted: false })
  expect(supervisor.devices).toBeUndefined()
  await Promise.all([supervisor.look(), supervisor.look()])
  expect(supervisor.devices?.map(({ name }) => name)).toEqual(['MONTAGE', 'Scarlett'])
  await expect(supervise('refuses').supervisor.look()).rejects.toThrow(DeviceLookError)
})
