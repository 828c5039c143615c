// kill −9 of the capture child and of the server, in every phase.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { waitUntil } from '../studio/wait-until.ts'
import { playOf } from './play.ts'
import { type Cause, Scene } from './scene.ts'
import { type ChaosServer, START_LIMIT_MS } from './server.ts'

const setCapture = ({ server }: Scene, wanted: boolean) => server.ask('PUT', '/api/capture', { wanted })

/** A child that dies young is waited for longer each time, on purpose: one that was asked for begins anew. */
const ofChild =
  (kill: (scene: Scene) => Promise<unknown>): Cause =>
  async (scene) => {
    await setCapture(scene, false)
    await setCapture(scene, true)
    await scene.soundAgain()
    await kill(scene)
    return scene.soundAgain()
  }

function killChild(server: ChaosServer): number {
  const pid = server.childPid()
  if (pid === undefined) throw new Error('there is no child to kill')
  process.kill(pid, 'SIGKILL')
  return pid
}

const anotherChild = (server: ChaosServer, than: number) =>
  waitUntil(
    'another child',
    () => {
      const pid = server.childPid()
      return pid === than ? undefined : pid
    },
    15_000,
    1,
  )

/** The server that is there is killed; another takes its place and the listeners find it. The cause has ended when that one plays. */
const ofServer =
  (prepare: (scene: Scene) => Promise<unknown>): Cause =>
  async (scene) => {
    await prepare(scene)
    await scene.replace('SIGKILL')
    const times = await scene.soundAgain()
    // Half a draft may be there until something is saved again.
    await scene.server.savePreset('after')
    return times
  }

const ofYoungServer = (moment: (young: ChaosServer) => boolean): Cause =>
  ofServer(async (scene) => {
    await scene.server.end('SIGKILL')
    const young = await scene.spawn()
    await waitUntil('the moment', () => moment(young), START_LIMIT_MS, 1)
  })

const CHILD_KILLS: Record<string, Cause> = {
  'the child is killed while it plays': ofChild(async ({ server }) => killChild(server)),
  'the child is killed while it starts': ofChild(async ({ server }) => {
    await anotherChild(server, killChild(server))
    killChild(server)
  }),
  'the child is killed while the mix changes': ofChild(async ({ server }) => {
    const { strips } = JSON.parse((await server.ask('GET', '/api/mix')).body)
    const changes = Array.from({ length: 20 }, (_, i) =>
      server.ask('PUT', '/api/mix', {
        strips: strips.map((strip: object) => ({ ...strip, gainDb: -(i % 7) })),
      }),
    )
    killChild(server)
    for (const { status } of await Promise.all(changes)) assert.equal(status, 200)
  }),
  'the child is killed while it stops': ofChild(async (scene) => {
    const { server } = scene
    const stopped = setCapture(scene, false)
    const pid = server.childPid()
    await waitUntil(
      'the stop to be on its way',
      async () => (await server.health()).source.state === 'stopped',
    )
    if (pid !== undefined && server.childPid() === pid) process.kill(pid, 'SIGKILL')
    assert.equal((await stopped).status, 200)
    assert.equal(server.childPid(), undefined)
    await setCapture(scene, true)
  }),
}

const SERVER_KILLS: Record<string, Cause> = {
  'the server is killed while it plays': ofServer(async () => {}),
  'the server is killed while presets are saved': ofServer(async ({ server }) => {
    const { strips } = JSON.parse((await server.ask('GET', '/api/mix')).body)
    await server.savePreset('first')
    // They are not answered: the server is gone before that. What is there already is saved again.
    const name = `of-${server.pid}`
    for (let i = 0; i < 50; i++)
      void server.ask('PUT', `/api/mix/presets/${i === 0 ? name : i}`, { strips }).catch(() => {})
    const saved = () => readFileSync(join(server.dataDir, 'mix-presets.json'), 'utf8')
    await waitUntil('the second to be saved', () => saved().includes(`"${name}"`), 15_000, 1)
  }),
  'the server is killed while it stops': ofServer(async ({ server }) => {
    server.kill('SIGTERM')
    await waitUntil('it to say so', () => server.log().includes('"closing"'), 15_000, 1)
  }),
  'the server is killed as soon as it is started': ofYoungServer(() => true),
  'the server is killed when it has just a child': ofYoungServer((young) => young.childPid() !== undefined),
  'the server is killed when it has just begun to listen': ofYoungServer((young) =>
    young.log().includes('Backline plays at'),
  ),
}

export const KILLS = playOf(() => Scene.open(), { ...CHILD_KILLS, ...SERVER_KILLS })
