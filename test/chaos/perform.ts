// A play as tests: each cause is one, in one scene.
import { afterAll, beforeAll, test } from 'vitest'
import type { OpenPlay, Play } from './play.ts'
import { tellTimes } from './report.ts'
import type { Cause, Scene } from './scene.ts'
import { endServers } from './server.ts'

/** After each cause there is sound and nothing is left of it. Gives back the scene, for tests that follow. */
export function perform(play: Play): () => Scene {
  let opened: OpenPlay | undefined
  const stage = () => {
    if (!opened) throw new Error('the scene is not open')
    return opened
  }
  const close = async () => {
    await opened?.end()
    opened = undefined
  }
  // A second attempt at one that its scene does not stand twice has another.
  const open = async () => {
    opened ??= await play.open(0)
  }
  beforeAll(open)
  afterAll(async () => {
    await close()
    await endServers()
  })

  test.each(play.names)('%s', async (what) => {
    await open()
    try {
      const { scene, causes } = stage()
      tellTimes(what, await (causes[what] as Cause)(scene))
      await scene.untilAsBefore()
    } finally {
      if (play.once) await close()
    }
  })
  return () => stage().scene
}
