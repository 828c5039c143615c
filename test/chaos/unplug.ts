// The instrument's cable is pulled and put back, in the virtual studio: its sound comes back, never another in its place.
import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { Random } from '../../bench/sim/random.ts'
import { graphNodes } from '../studio/graph.ts'
import { instrumentEnv } from '../studio/instrument.ts'
import { plugInMontage, unplugMontage } from '../studio/montage.ts'
import { tone } from '../studio/signal.ts'
import { type Studio, startStudio } from '../studio/studio.ts'
import { waitUntil } from '../studio/wait-until.ts'
import { type OpenPlay, type Play, RigError } from './play.ts'
import { type Cause, Scene } from './scene.ts'

/** The capture is of the instrument or of nothing: PipeWire would give it the microphone instead. */
const ONE_DEVICE = { PIPEWIRE_ALSA: '{ stream.capture.sink=true node.dont-reconnect=true }' }
/** Longer than what it is played for; it is cut short. */
const PLAY_S = 60
/** What it stays away for, once it has been looked for: another moment of the looking each time. */
const MOST_AWAY_MS = 4000
const NAME = 'the instrument is unplugged and plugged in again'

/**
 * What is timed is the first block from it, of silence as long as nobody plays on it again; that they are heard is waited for. In a
 * studio of its own each time: taking a node out of its graph is much to ask of a sound server, and it may not outlive it.
 */
export const UNPLUG: Play = { names: [NAME], open, once: true }

async function open(round: number): Promise<OpenPlay> {
  const studio = await startStudio()
  try {
    const signal = tone(440, PLAY_S)
    const playing = await studio.play([signal, signal])
    const scene = await Scene.open({
      env: { ...studio.env, ...instrumentEnv(), ...ONE_DEVICE },
      rungs: ['pcm16'],
    })
    const awayMs = MOST_AWAY_MS * new Random(round).next()
    const cause: Cause = async () => {
      try {
        await playing.stop()
        return await unplug(studio, scene, awayMs, signal)
      } catch (error) {
        // The graph tells nothing any more: its server has crashed.
        await graphNodes(studio.env).catch(() => {
          throw new RigError('the sound server is gone', error)
        })
        throw error
      }
    }
    return {
      scene,
      causes: { [NAME]: cause },
      async end() {
        await scene.end()
        await studio.stop()
      },
    }
  } catch (error) {
    await studio.stop()
    throw error
  }
}

async function unplug(studio: Studio, scene: Scene, awayMs: number, signal: Float32Array): Promise<number[]> {
  const { server, listeners } = scene
  const source = async () => (await server.health()).source
  await unplugMontage(studio.env)
  await waitUntil('it to be missed', async () => (await source()).state !== 'running', 60_000)
  await waitUntil('it to be looked for', async () => (await source()).restarts > 1, 60_000)
  await wait(awayMs)
  const pluggedUs = await plugInMontage(studio.env)
  const captured = Promise.all(listeners.map((listener) => listener.capturedAfter(pluggedUs)))
  const playing = await studio.play([signal, signal])
  await scene.soundAgain()
  await playing.stop()
  assert.match(String((await source()).input), /^(device|command)$/)
  return captured
}
