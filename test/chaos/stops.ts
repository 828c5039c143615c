// What stops without an end: processes that stand still for 2 s, a clock that is set, a disk that is full.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Env, startProgram } from '../studio/process.ts'
import { waitUntil } from '../studio/wait-until.ts'
import { fillDisk, onSmallDisk } from './full-disk.ts'
import type { ChaosListener } from './listener.ts'
import { nowUs } from './now.ts'
import type { Play } from './play.ts'
import { type Cause, Scene } from './scene.ts'
import { WallClock } from './wall-clock.ts'

/** What stands still does so for so long. */
const STILL_MS = 2000
const HOUR_S = 3600
/** What a machine that does much else may take from somebody who has nothing to do with it. */
const LITTLE_MS = 500
const LISTENER = join(import.meta.dirname, 'stoppable-listener.ts')

/** How much more sound the one who lost most has lost than now, ms. */
function lossOf(those: readonly ChaosListener[]): () => number {
  const losses = those.map(({ missingMs }) => missingMs)
  return () => Math.max(...those.map(({ missingMs }, i) => missingMs - (losses[i] as number)))
}

/** Stops a process, and has it go on after STILL_MS; resolves with the time of that, µs. */
async function standStill(pid: number, meanwhile: () => Promise<unknown> = async () => {}): Promise<number> {
  process.kill(pid, 'SIGSTOP')
  try {
    await Promise.all([wait(STILL_MS), meanwhile()])
  } finally {
    process.kill(pid, 'SIGCONT')
  }
  return nowUs()
}

const STANDING_STILL: Record<string, Cause> = {
  async 'the child stands still'(scene) {
    const pid = scene.server.childPid() as number
    const times = await scene.soundAfter(await standStill(pid))
    assert.equal(scene.server.childPid(), pid)
    return times
  },
  // It blames neither its child nor its listeners.
  async 'the server stands still'(scene) {
    const pid = scene.server.childPid()
    const times = await scene.soundAfter(await standStill(scene.server.pid))
    assert.equal(scene.server.childPid(), pid)
    return times
  },
  // Nobody else hears of it, and it hears what is played now.
  async 'a listener stands still'(scene) {
    const said: string[] = []
    const one = startProgram(process.execPath, ['--import', 'tsx', LISTENER, String(scene.server.port)], {
      env: process.env as Env,
      stdin: 'pipe',
      stdout: (chunk) => said.push(...String(chunk).trim().split('\n')),
    })
    try {
      await waitUntil(`it to listen: ${one.log()}`, () => said.length === 1, 60_000)
      const lostMs = lossOf(scene.listeners)
      const wentOnUs = await standStill(one.child.pid as number, () => scene.soundAfter(nowUs() + 1e6))
      assert.ok(lostMs() < LITTLE_MS, `the others lost ${lostMs()} ms`)
      one.child.stdin?.write(`${wentOnUs}\n`)
      await waitUntil('it to hear', () => said.length === 2, 60_000)
      return [Number(said[1])]
    } finally {
      await one.stop('SIGKILL')
    }
  },
}

type ClockCause = (clock: WallClock) => Cause

/** Nothing is heard of it. */
const setClock =
  (aheadS: number): ClockCause =>
  (clock) =>
  async (scene) => {
    const { server, listeners } = scene
    const lostMs = lossOf(listeners)
    const connections = () => listeners.map(({ streamIds, knocksUs }) => [streamIds.length, knocksUs.length])
    const beforehand = connections()
    clock.set(aheadS)
    const endUs = nowUs()
    const times = await scene.soundAfter(endUs)
    const serverNow = Date.parse(JSON.parse((await server.ask('GET', '/time')).body).serverTime)
    assert.ok(Math.abs(serverNow - (Date.now() + aheadS * 1000)) < 60_000, 'the clock was not set')
    await scene.soundAfter(endUs + 1e6)
    assert.deepEqual(connections(), beforehand)
    assert.ok(lostMs() < LITTLE_MS, `they lost ${lostMs()} ms`)
    return times
  }

/** The sound goes on, what can not be saved is refused with a reason, and saved when there is room. */
const diskIsFull: Cause = async (scene) => {
  const { server } = scene
  const free = fillDisk(server.pid, server.dataDir)
  const { status, body } = await server.putPreset('no room')
  assert.deepEqual({ status, reason: JSON.parse(body).reason }, { status: 507, reason: 'disk-full' })
  await scene.soundAgain()
  free()
  const freedUs = nowUs()
  await server.savePreset('room')
  const { presets } = JSON.parse((await server.ask('GET', '/api/mix/presets')).body)
  assert.deepEqual(presets, ['before', 'room'])
  return scene.soundAfter(freedUs)
}

const CLOCKS: Record<string, ClockCause> = {
  'the clock is set an hour forward': setClock(HOUR_S),
  'the clock is set two hours back': setClock(-HOUR_S),
  'the clock is set to what it was': setClock(0),
}

/** Of a server with a clock of its own, and a small disk. */
export const STOPS: Play = {
  names: [...Object.keys(STANDING_STILL), ...Object.keys(CLOCKS), 'the disk is full'],
  async open() {
    const folder = mkdtempSync(join(tmpdir(), 'backline-clock-'))
    const clock = new WallClock(folder)
    const scene = await Scene.open({ env: clock.env, within: onSmallDisk })
    const clocks = Object.entries(CLOCKS).map(([name, cause]) => [name, cause(clock)])
    return {
      scene,
      causes: { ...STANDING_STILL, ...Object.fromEntries(clocks), 'the disk is full': diskIsFull },
      async end() {
        await scene.end()
        rmSync(folder, { recursive: true, force: true })
      },
    }
  },
}
