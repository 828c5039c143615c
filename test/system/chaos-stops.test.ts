// What stops without an end: processes that stand still for 2 s, a clock that is set, a disk that is full. The sound comes back, or never went.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type Census, untilAsBefore } from '../chaos/census.ts'
import { fillDisk, onSmallDisk } from '../chaos/full-disk.ts'
import { ChaosListener } from '../chaos/listener.ts'
import { nowUs } from '../chaos/now.ts'
import { tellTimes } from '../chaos/report.ts'
import { type ChaosServer, endServers, startServer } from '../chaos/server.ts'
import { WallClock } from '../chaos/wall-clock.ts'
import { type Env, startProgram } from '../studio/process.ts'
import { waitUntil } from '../studio/wait-until.ts'

/** What stands still does so for so long. */
const STILL_MS = 2000
const HOUR_S = 3600
/** What a machine that does much else may take from somebody who has nothing to do with it. */
const LITTLE_MS = 500

let folder: string
let clock: WallClock
let server: ChaosServer
let listeners: ChaosListener[]
let before: Census

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'backline-clock-'))
  clock = new WallClock(folder)
  server = await startServer({ env: clock.env, within: onSmallDisk })
  const { port } = server
  listeners = [new ChaosListener({ port, rung: 'pcm16' }), new ChaosListener({ port, rung: 'opus-96' })]
  await Promise.all(listeners.map((listener) => listener.start()))
  await soundAfter(nowUs())
  before = await server.census()
})
afterAll(async () => {
  for (const listener of listeners ?? []) listener.stop()
  await endServers()
  rmSync(folder, { recursive: true, force: true })
})

const soundAfter = (sinceUs: number) => Promise.all(listeners.map((listener) => listener.soundAfter(sinceUs)))

/** How much more sound the one who lost most has lost than now, ms. */
function lossOf(those: readonly ChaosListener[]): () => number {
  const losses = those.map(({ missingMs }) => missingMs)
  return () => Math.max(...those.map(({ missingMs }, i) => missingMs - (losses[i] as number)))
}

/** Stops a process, and has it go on after STILL_MS; resolves with the time of that. */
async function standStill(pid: number, meanwhile: () => Promise<unknown> = async () => {}): Promise<number> {
  process.kill(pid, 'SIGSTOP')
  try {
    await Promise.all([wait(STILL_MS), meanwhile()])
  } finally {
    process.kill(pid, 'SIGCONT')
  }
  return nowUs()
}

test('the capture child stands still', async () => {
  const pid = server.childPid() as number
  tellTimes('the child went on', await soundAfter(await standStill(pid)))
  expect(server.childPid()).toBe(pid)
  await untilAsBefore(before, () => server.census())
})

test('the server stands still: it blames neither its child nor its listeners', async () => {
  const pid = server.childPid()
  tellTimes('the server went on', await soundAfter(await standStill(server.pid)))
  expect(server.childPid()).toBe(pid)
  await waitUntil('all to be back', async () => (await server.health()).listeners === listeners.length)
  await untilAsBefore(before, () => server.census())
})

test('a listener stands still: nobody else hears of it, and it hears what is played now', async () => {
  const script = join(import.meta.dirname, '..', 'chaos', 'stoppable-listener.ts')
  const said: string[] = []
  const one = startProgram(process.execPath, ['--import', 'tsx', script, String(server.port)], {
    env: process.env as Env,
    stdin: 'pipe',
    stdout: (chunk) => said.push(...String(chunk).trim().split('\n')),
  })
  onTestFinished(() => one.stop('SIGKILL'))
  await waitUntil(`it to listen: ${one.log()}`, () => said.length === 1, 60_000)
  const lostMs = lossOf(listeners)
  const wentOnUs = await standStill(one.child.pid as number, () => soundAfter(nowUs() + 1e6))
  expect(lostMs()).toBeLessThan(LITTLE_MS)
  one.child.stdin?.write(`${wentOnUs}\n`)
  await waitUntil('it to hear', () => said.length === 2, 60_000)
  tellTimes('a listener went on', [Number(said[1])])
  await one.stop('SIGKILL')
  await waitUntil('it to be gone', async () => (await server.health()).listeners === listeners.length)
  await untilAsBefore(before, () => server.census())
})

test.each([
  ['an hour forward', HOUR_S],
  ['two hours back', -HOUR_S],
  ['to what it was', 0],
])('the clock is set %s: nothing is heard of it', async (_, aheadS) => {
  const lostMs = lossOf(listeners)
  const connections = () => listeners.map(({ streamIds, knocksUs }) => [streamIds.length, knocksUs.length])
  const beforehand = connections()
  clock.set(aheadS)
  const serverNow = Date.parse(JSON.parse((await server.ask('GET', '/time')).body).serverTime)
  expect(Math.abs(serverNow - (Date.now() + aheadS * 1000))).toBeLessThan(60_000)
  await soundAfter(nowUs() + 1e6)
  expect(connections()).toEqual(beforehand)
  expect(lostMs()).toBeLessThan(LITTLE_MS)
  await untilAsBefore(before, () => server.census())
})

test('the disk is full: the sound goes on, what can not be saved is refused with a reason, and saved when there is room', async () => {
  const { strips } = JSON.parse((await server.ask('GET', '/api/mix')).body)
  const save = (name: string) => server.ask('PUT', `/api/mix/presets/${name}`, { strips })
  expect((await save('first')).status).toBeLessThan(300)
  const free = fillDisk(server.pid, server.dataDir)
  const { status, body } = await save('second')
  expect({ status, body: JSON.parse(body) }).toMatchObject({ status: 507, body: { reason: 'disk-full' } })
  await soundAfter(nowUs())
  free()
  const freedUs = nowUs()
  expect((await save('third')).status).toBeLessThan(300)
  tellTimes('there was room on the disk', await soundAfter(freedUs))
  const { presets } = JSON.parse((await server.ask('GET', '/api/mix/presets')).body)
  expect(presets).toEqual(['first', 'third'])
  await untilAsBefore(before, () => server.census())
})
