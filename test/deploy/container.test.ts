import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { commandOf, copiesOf, readStages } from './containerfile.ts'
import { makeImage, ROOT } from './image.ts'

const FOLDER = join(ROOT, 'deploy/container')
const stages = readStages(join(FOLDER, 'Containerfile'))
const last = stages.at(-1) ?? []
/** Copies and builds, on a machine that is busy. */
const SLOW_MS = 120_000
/** nobody; only root can be somebody else, and only where that one may run this Node. */
const NOBODY = process.getuid?.() === 0 && !process.execPath.startsWith(homedir()) ? 65_534 : undefined

test('the image is built from what there is, on a Node that will do', () => {
  expect(stages).toHaveLength(2)
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const least = Number(/\d+/.exec(engines.node)?.[0])
  for (const stage of stages)
    expect(Number(/^node:(\d+)-/.exec(stage[0]?.rest ?? '')?.[1])).toBeGreaterThanOrEqual(least)
  const needed = stages.flatMap((stage) => copiesOf(stage).filter(({ from }) => from === undefined))
  for (const path of needed.flatMap(({ sources }) => sources))
    expect(existsSync(join(ROOT, path)), path).toBe(true)
  // Neither what this folder's server has saved, nor somebody's settings.
  expect(needed.flatMap(({ sources }) => sources)).not.toContain('.')
})

test('it does not run as root, and says what is written and how to see that it lives', () => {
  const users = last.filter(({ word }) => word === 'USER')
  expect(users.map(({ rest }) => rest)).toEqual(['node:audio'])
  expect(last.findIndex(({ word }) => word === 'USER')).toBeGreaterThan(
    last.findLastIndex(({ word }) => word === 'RUN'),
  )
  expect(last.filter(({ word }) => word === 'VOLUME')).toEqual([{ word: 'VOLUME', rest: '/data' }])
  expect(last.filter(({ word }) => word === 'ENV')).toEqual([{ word: 'ENV', rest: 'DATA_DIR=/data' }])
  expect(commandOf(last, 'HEALTHCHECK')).toEqual(['node', 'deploy/container/healthy.mjs'])
})

test('compose lets it write nothing but its data, and has nothing of root but what sound needs', () => {
  const { services, volumes } = parse(readFileSync(join(FOLDER, 'compose.yaml'), 'utf8'))
  const { backline } = services
  expect(backline).toMatchObject({
    read_only: true,
    cap_drop: ['ALL'],
    cap_add: ['SYS_NICE'],
    security_opt: ['no-new-privileges:true'],
    devices: ['/dev/snd:/dev/snd'],
    volumes: ['data:/data'],
    restart: 'unless-stopped',
  })
  expect(Object.keys(volumes)).toEqual(['data'])
  expect(existsSync(join(FOLDER, backline.build.context, backline.build.dockerfile))).toBe(true)
  // 20 less the nice value.
  const nice = Number(/PRIORITY = (-\d+)/.exec(readFileSync(join(ROOT, 'src/capture/main.ts'), 'utf8'))?.[1])
  expect(backline.ulimits.nice).toBe(20 - nice)
  const graceMs = Number(/delay: (\d+)/.exec(readFileSync(join(ROOT, 'src/server/main.ts'), 'utf8'))?.[1])
  expect(Number.parseInt(backline.stop_grace_period, 10) * 1000).toBeGreaterThan(graceMs)
})

describe('what the image holds', { timeout: SLOW_MS }, () => {
  let image: { root: string; remove: () => void }
  beforeAll(() => {
    image = makeImage(last)
    return image.remove
  }, SLOW_MS)

  /** As nobody, with the demo synth, once that plays. */
  async function play(dataDir: string) {
    const [, ...args] = commandOf(last, 'CMD')
    const server = spawn(process.execPath, args, {
      cwd: image.root,
      env: { PATH: process.env['PATH'], DATA_DIR: dataDir, CAPTURE: 'synth', PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
      ...(NOBODY === undefined ? {} : { uid: NOBODY, gid: NOBODY }),
    })
    onTestFinished(() => void server.kill('SIGKILL'))
    const url = await addressOf(server)
    while ((await fetch(`${url}health/ready`)).status !== 200) await setTimeout(20)
    return { server, url }
  }

  test('runs as nobody, writes only its data, lives, and closes when told to', async () => {
    const data = mkdtempSync(join(tmpdir(), 'backline-image-data-'))
    onTestFinished(() => rmSync(data, { recursive: true, force: true }))
    if (NOBODY !== undefined) chownSync(data, NOBODY, NOBODY)
    const before = filesIn(image.root)
    const { server, url } = await play(data)
    expect(healthy(new URL(url).port)).toBe(0)
    expect((await fetch(url)).status).toBe(200)
    expect((await fetch(`${url}api/mix/presets/kept`, { method: 'PUT' })).status).toBe(200)
    expect(readdirSync(data)).toEqual(['mix-presets.json'])
    server.kill('SIGTERM')
    expect((await once(server, 'exit'))[0]).toBe(0)
    expect(filesIn(image.root)).toEqual(before)
  })

  test('plays where nothing can be written at all; only what is to be saved is refused', async () => {
    const { url } = await play(join(image.root, 'package.json/data'))
    const refused = await fetch(`${url}api/mix/presets/kept`, { method: 'PUT' })
    expect(refused.status).toBe(500)
    expect(await refused.json()).toMatchObject({ reason: 'not-writable' })
    expect((await fetch(`${url}health`)).status).toBe(200)
  })
})

test.each([
  [200, 0],
  [308, 0],
  [404, 1],
  [503, 1],
])('where the server answers %i, the container is told %i', async (status, code) => {
  const asked: (string | undefined)[] = []
  const server = createServer((request, reply) => {
    asked.push(request.url)
    reply.writeHead(status, status === 308 ? { location: 'https://127.0.0.1:1/health/live' } : {}).end()
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const check = spawn(process.execPath, [join(FOLDER, 'healthy.mjs')], {
    env: { PORT: String((server.address() as AddressInfo).port), HOST: '0.0.0.0' },
  })
  expect((await once(check, 'exit'))[0]).toBe(code)
  expect(asked).toEqual(['/health/live'])
})

test('where nobody answers, the container is told so', () => {
  expect(healthy('1')).toBe(1)
})

function healthy(port: string): number | null {
  return spawnSync(process.execPath, [join(FOLDER, 'healthy.mjs')], { env: { PORT: port } }).status
}

/** Where its log says that it plays. */
function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let log = ''
    server.stdout?.on('data', (chunk) => {
      log += chunk
      const url = /Backline plays at (http\S+?)"/.exec(log)?.[1]
      if (url !== undefined) resolve(url)
    })
    server.once('exit', (code) => reject(new Error(`it ended with ${code}: ${log}`)))
  })
}

/** Paths with size and time of change. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map(
      (name) =>
        `${name} ${statSync(join(folder, String(name))).size} ${statSync(join(folder, String(name))).mtimeMs}`,
    )
    .sort()
}
