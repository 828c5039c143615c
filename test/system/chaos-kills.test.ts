// kill −9 of the capture child and of the server in every phase: the sound comes back, nothing is left behind.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Census, untilAsBefore } from '../chaos/census.ts'
import { ChaosListener } from '../chaos/listener.ts'
import { nowUs } from '../chaos/now.ts'
import { tellTimes } from '../chaos/report.ts'
import { type ChaosServer, endServers, START_LIMIT_MS, spawnServer, startServer } from '../chaos/server.ts'
import { waitUntil } from '../studio/wait-until.ts'

let server: ChaosServer
let listeners: ChaosListener[]
let before: Census

beforeAll(async () => {
  server = await startServer()
  const { port } = server
  listeners = [new ChaosListener({ port, rung: 'pcm16' }), new ChaosListener({ port, rung: 'opus-96' })]
  await Promise.all(listeners.map((listener) => listener.start()))
  await soundAfter(nowUs())
  before = await server.census()
})
afterAll(async () => {
  for (const listener of listeners ?? []) listener.stop()
  await endServers()
})

const soundAfter = (sinceUs: number) => Promise.all(listeners.map((listener) => listener.soundAfter(sinceUs)))

const setCapture = (wanted: boolean) => server.ask('PUT', '/api/capture', { wanted })

/** A child that dies young is waited for longer each time, on purpose: one that was asked for begins anew. */
async function begin(): Promise<void> {
  await setCapture(false)
  await setCapture(true)
  await soundAfter(nowUs())
}

function killChild(): number {
  const pid = server.childPid()
  if (pid === undefined) throw new Error('there is no child to kill')
  process.kill(pid, 'SIGKILL')
  return pid
}

const anotherChild = (than: number) =>
  waitUntil(
    'another child',
    () => {
      const pid = server.childPid()
      return pid === than ? undefined : pid
    },
    15_000,
    1,
  )

const CHILD_PHASES: Record<string, () => Promise<void>> = {
  'while it plays': async () => {
    killChild()
  },
  'while it starts': async () => {
    await anotherChild(killChild())
    killChild()
  },
  'while the mix changes': async () => {
    const { strips } = JSON.parse((await server.ask('GET', '/api/mix')).body)
    const changes = Array.from({ length: 20 }, (_, i) =>
      server.ask('PUT', '/api/mix', {
        strips: strips.map((strip: object) => ({ ...strip, gainDb: -(i % 7) })),
      }),
    )
    killChild()
    for (const { status } of await Promise.all(changes)) expect(status).toBe(200)
  },
  'while it stops': async () => {
    const stopped = setCapture(false)
    const pid = server.childPid()
    await waitUntil(
      'the stop to be on its way',
      async () => (await server.health()).source.state === 'stopped',
    )
    if (pid !== undefined && server.childPid() === pid) process.kill(pid, 'SIGKILL')
    expect((await stopped).status).toBe(200)
    expect(server.childPid()).toBeUndefined()
    await setCapture(true)
  },
}

test.each(Object.entries(CHILD_PHASES))('the capture child is killed %s', async (phase, kill) => {
  await begin()
  await kill()
  tellTimes(`the child was killed ${phase}`, await soundAfter(nowUs()))
  await untilAsBefore(before, () => server.census())
  expect((await server.health()).listeners).toBe(listeners.length)
})

/** The server that is there is killed; another takes its place and the listeners find it. */
async function replace(kill: () => Promise<void>): Promise<number[]> {
  const { port, folder } = server
  await kill()
  await server.end('SIGKILL')
  server = await startServer({ port, folder })
  return soundAfter(nowUs())
}

const SERVER_PHASES: Record<string, () => Promise<void>> = {
  'while it plays': async () => {},
  'while the mix changes and is saved': async () => {
    const { strips } = JSON.parse((await server.ask('GET', '/api/mix')).body)
    expect((await server.ask('PUT', '/api/mix/presets/first', { strips })).status).toBeLessThan(300)
    // They are not answered: the server is gone before that.
    for (let i = 0; i < 50; i++) void server.ask('PUT', `/api/mix/presets/${i}`, { strips }).catch(() => {})
    await waitUntil('the second to be saved', () => saved().includes('"0"'), 15_000, 1)
  },
  'while it stops': async () => {
    server.kill('SIGTERM')
    await waitUntil('it to say so', () => server.log().includes('"closing"'), 15_000, 1)
  },
}

const saved = () => readFileSync(join(server.dataDir, 'mix-presets.json'), 'utf8')

test.each(Object.entries(SERVER_PHASES))('the server is killed %s', async (phase, kill) => {
  const timesMs = await replace(kill)
  tellTimes(`a server that was killed ${phase} plays again`, timesMs)
  await waitUntil('both to be counted', async () => (await server.health()).listeners === listeners.length)
  await untilAsBefore(before, () => server.census())
})

test('what was being saved is whole after it, and what was saved before is there', async () => {
  const { presets } = JSON.parse((await server.ask('GET', '/api/mix/presets')).body)
  expect(presets).toEqual(expect.arrayContaining(['first', '0']))
  expect(readdirSync(server.dataDir).filter((name) => name.endsWith('.broken'))).toEqual([])
})

test('the server is killed while it starts: at once, when it has a child, when it listens', async () => {
  for (const moment of [
    () => true,
    (young: ChaosServer) => young.childPid() !== undefined,
    (young: ChaosServer) => young.log().includes('Backline plays at'),
  ]) {
    const young = await spawnServer()
    await waitUntil('the moment', () => moment(young), START_LIMIT_MS, 1)
    await young.end('SIGKILL')
    expect(young.living()).toEqual([])
  }
})
