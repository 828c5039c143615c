// What a measurement of several listeners leans on: speakers of one's own, recorded together to the sample.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { skewsIn } from '../../bench/lib/skew.ts'
import { openBrowser } from '../studio/browser.ts'
import { amplitudeOf } from '../studio/ear.ts'
import { instrumentAndAll } from '../studio/recorder.ts'
import { chirp, chirps } from '../studio/signal.ts'
import { type Studio, startStudio } from '../studio/studio.ts'
import { waitUntil } from '../studio/wait-until.ts'

const RATE_HZ = 44_100

let studio: Studio
let port: number
const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(PAGE))
beforeAll(async () => {
  studio = await startStudio({ speakers: 3 })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await studio?.stop()
})

test('a page plays into the speakers it was given, hears them by their microphone, and nobody else does', async () => {
  const page = await openBrowser({
    engine: 'chromium',
    studio,
    url: `http://localhost:${port}/`,
    speakers: 2,
    microphone: true,
  })
  await studio.hearOwnSpeakers(2)
  await page.click('Listen')
  await waitUntil('the page to hear itself', () =>
    page.evaluate(() => (globalThis as unknown as { heardItself: boolean }).heardItself),
  )
  const recording = await studio.record(instrumentAndAll(studio.speakers))
  await new Promise((resolve) => setTimeout(resolve, 500)) // of sound
  const { channels } = await recording.stop()
  await page.close()
  const levels = channels.map((channel) => amplitudeOf(channel.subarray(-RATE_HZ / 4), 997))
  expect(levels.map((level) => level > 0.1)).toEqual([false, false, true, false])
})

test('what reaches two pairs of speakers at once is recorded at once, and with the instrument', async () => {
  for (const { name } of studio.speakers) await studio.link('montage:monitor_FL', `${name}:playback_FL`)
  const recording = await studio.record(instrumentAndAll(studio.speakers))
  await (await studio.play([chirps(8)])).ended
  const { listeners, pairs } = skewsIn((await recording.stop()).channels, chirp())
  expect(listeners.map((heard) => heard.length)).toEqual([8, 8, 8])
  for (const { absMs } of pairs) expect(absMs.max).toBeLessThan(1000 / RATE_HZ)
  for (const { delayMs } of listeners.flat()) expect(Math.abs(delayMs)).toBeLessThan(1000 / RATE_HZ)
})

/** Plays 997 Hz when asked to listen, and notes when its microphone has it. */
const PAGE = `<!doctype html><button>Listen</button><script>
document.querySelector('button').onclick = async () => {
  const raw = { echoCancellation: false, noiseSuppression: false, autoGainControl: false }
  const microphone = await navigator.mediaDevices.getUserMedia({ audio: raw })
  const context = new AudioContext({ sampleRate: 44100 })
  const tone = new OscillatorNode(context, { frequency: 997 })
  tone.connect(context.destination)
  tone.start()
  const ear = new AnalyserNode(context, { fftSize: 2048 })
  context.createMediaStreamSource(microphone).connect(ear)
  const bins = new Float32Array(ear.frequencyBinCount)
  const own = Math.round(997 * 2048 / 44100)
  setInterval(() => {
    ear.getFloatFrequencyData(bins)
    window.heardItself = bins[own] > -40
  }, 50)
}
</script>`
