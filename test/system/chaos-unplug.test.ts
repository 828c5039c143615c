// The instrument's cable is pulled and put back: its sound comes back, never another in its place, and no child is left over.
import { expect, onTestFinished, test } from 'vitest'
import { ChaosListener } from '../chaos/listener.ts'
import { nowUs } from '../chaos/now.ts'
import { tellTimes } from '../chaos/report.ts'
import { instrumentEnv } from '../studio/instrument.ts'
import { plugInMontage, unplugMontage } from '../studio/montage.ts'
import { childrenOf } from '../studio/processes.ts'
import { startBackline } from '../studio/server.ts'
import { tone } from '../studio/signal.ts'
import { startStudio } from '../studio/studio.ts'
import { waitUntil } from '../studio/wait-until.ts'

/** The capture is of the instrument or of nothing: PipeWire would give it the microphone instead. */
const ONE_DEVICE = { PIPEWIRE_ALSA: '{ stream.capture.sink=true node.dont-reconnect=true }' }
/** Longer than what it is played for; it is cut short. */
const PLAY_S = 60

test('the instrument is unplugged and plugged in again', async () => {
  // One's own, also of a second attempt: taking a node out of its graph is much to ask of a sound server.
  const studio = await startStudio()
  onTestFinished(() => studio.stop())
  const backline = await startBackline({ studio, env: { ...instrumentEnv(), ...ONE_DEVICE } })
  onTestFinished(() => backline.stop())
  const source = async () =>
    (await backline.health())['source'] as { state: string; input?: string; restarts: number }
  const signal = tone(440, PLAY_S)
  const before = await studio.play([signal, signal])
  const listener = new ChaosListener({ port: Number(new URL(backline.url).port), rung: 'pcm16' })
  onTestFinished(() => listener.stop())
  await listener.start()
  await listener.soundAfter(nowUs())

  await before.stop()
  await unplugMontage(studio.env)
  await waitUntil('it to be missed', async () => (await source()).state !== 'running', 60_000)
  await waitUntil('it to be looked for', async () => (await source()).restarts > 1, 60_000)
  await plugInMontage(studio.env)
  const after = await studio.play([signal, signal])
  onTestFinished(() => after.stop())
  tellTimes('the instrument was plugged in and played', [await listener.soundAfter(nowUs())])
  expect(['device', 'command']).toContain((await source()).input)
  await waitUntil('one child to be there', () => childrenOf(backline.pid).length === 1)
})
