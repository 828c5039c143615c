import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import Fastify, { LogController } from 'fastify'
import pino from 'pino'
import { Compile } from 'typebox/compile'
import { describe, expect, onTestFinished, test } from 'vitest'
import { testApp } from '../fixtures/test-app.ts'
import reference from '../plugins/reference.ts'
import { startChrony } from '../reference/fixtures/chrony.ts'
import { freePort } from '../reference/fixtures/free-port.ts'
import { honest, mute, startNtp } from '../reference/fixtures/ntp-fixture.ts'
import { nameOf } from '../reference/ntp-server.ts'
import type { ReferenceOptions } from '../reference/reference-time.ts'
import { Time, time } from './time.ts'

const QUICK = {
  firstMs: 20,
  laterMs: 20,
  doubtMs: 10,
  timeoutMs: 2000,
  backOff: { firstMs: 10, longestMs: 20 },
}
const SCHEMA = Compile(Time)

interface Line {
  level: number
  msg: string
}

/** Only the clock and its route, with what it logs. */
async function timeApp(options: Omit<ReferenceOptions, 'onLook'>) {
  const lines: Line[] = []
  const stream = new PassThrough()
  stream.on('data', (text) =>
    lines.push(
      ...String(text)
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ),
  )
  const app = Fastify({
    loggerInstance: pino({ level: 'info' }, stream),
    logController: new LogController({ disableRequestLogging: true }),
  })
  onTestFinished(() => app.close())
  await app.register(reference, options)
  await app.register(time)
  await app.ready()
  return {
    lines,
    ask: async () => (await app.inject('/time')).json(),
    /** Resolves once this many lines, and no more, have been logged. */
    async logged(count: number): Promise<Line | undefined> {
      while (lines.length < count) await once(stream, 'data')
      return lines[count - 1]
    },
  }
}

describe('GET /time', () => {
  test('by a real NTP server, named in the settings', async () => {
    const server = await startChrony()
    const { url, app } = await testApp('steady', { args: [`--ntp-servers=${nameOf(server)}`] })
    while (app.reference.now().source !== 'ntp') await new Promise((resolve) => setTimeout(resolve, 5))
    const body = await (await fetch(`${url}/time`)).json()
    expect(SCHEMA.Check(body)).toBe(true)
    expect(body.reference).toMatchObject({
      source: 'ntp',
      server: nameOf(server),
      servers: [{ host: nameOf(server), state: 'ok', stratum: 5, failures: 0, fault: null }],
    })
    // chrony has the clock of this very system.
    expect(Math.abs(body.reference.offsetMs)).toBeLessThan(body.reference.errorMs + 2)
    expect(Math.floor(body.serverTimeMs)).toBe(Date.parse(body.serverTime))
    expect(Math.abs(app.reference.toServerUs(body.serverTimeMs) - body.serverUs)).toBeLessThan(1000)
  })

  test('without a server is by the system, and that is said once', async () => {
    const { ask, logged } = await timeApp({ servers: [] })
    expect(await logged(1)).toMatchObject({ level: 30, msg: expect.stringContaining('NTP_SERVERS') })
    const body = await ask()
    expect(SCHEMA.Check(body)).toBe(true)
    expect(body.reference).toEqual({
      source: 'system',
      offsetMs: 0,
      errorMs: null,
      lastSyncMs: null,
      noMajority: 0,
      servers: [],
    })
  })

  test('with nobody who answers is by the system, with a warning and the reasons', async () => {
    const dead = { host: '127.0.0.1', port: await freePort() }
    const { ask, logged } = await timeApp({ servers: [dead], timing: QUICK })
    expect(await logged(1)).toMatchObject({
      level: 40,
      servers: [{ host: nameOf(dead), state: 'failing', fault: 'unreachable' }],
    })
    const body = await ask()
    expect(SCHEMA.Check(body)).toBe(true)
    expect(body.reference).toMatchObject({ source: 'system', servers: [{ state: 'failing' }] })
  })

  test('each change of who tells the time is logged once', async () => {
    const fixture = await startNtp()
    const { lines, logged, ask } = await timeApp({ servers: [fixture.server], timing: QUICK, holdMs: 4000 })
    expect(await logged(1)).toMatchObject({ level: 30, server: fixture.name })
    fixture.spoil = mute
    expect(await logged(2)).toMatchObject({ level: 40, msg: expect.stringContaining('system') })
    expect((await ask()).reference.source).toBe('system')
    fixture.spoil = honest
    expect(await logged(3)).toMatchObject({ level: 30, server: fixture.name })
    expect(lines).toHaveLength(3)
  })

  test('names the one that lies among three, and the log does so once', async () => {
    const [liar, a, b] = [await startNtp(10_000), await startNtp(), await startNtp()]
    const servers = [liar, a, b].map(({ server }) => server)
    const { lines, logged, ask } = await timeApp({ servers, timing: QUICK })
    expect(await logged(1)).toMatchObject({ level: 40, host: liar.name })
    expect(await logged(2)).toMatchObject({ level: 30, msg: expect.stringContaining('The time is that of') })
    const { asked } = liar
    while (liar.asked < asked + 3) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(lines).toHaveLength(2)
    const { reference } = await ask()
    expect(reference.server).not.toBe(liar.name)
    expect(Math.abs(reference.servers[0].offsetMs - 10_000)).toBeLessThan(200)
  })
})
