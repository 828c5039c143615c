// What a first visit loads before anything is pressed, and how long after the press there is sound at the speakers.
import { type OpenChromium, pageStats, untilState } from '../../test/studio/browser.ts'
import { tone } from '../../test/studio/signal.ts'
import { STUDIO_RATE_HZ, type Studio } from '../../test/studio/studio.ts'
import { visit } from '../../test/studio/visit.ts'
import { waitUntil } from '../../test/studio/wait-until.ts'

export interface FirstVisit {
  /** Bodies as they came over the wire until the page was quiet, 10³ bytes. */
  loadedKb: number
  requests: number
  /** From the press to sound in the recording, which knows its own beginning to about 10 ms. */
  soundMs: number
}

/** Longer than a visit. */
const TONE_S = 60
/** Sound is what is louder than −40 dBFS. */
const HEARD = 0.01
/** As the instrument is captured. */
const SECOND_PACKETS = 345

/** One visit after another, each with an empty cache, while the instrument plays. */
export async function firstVisits(
  studio: Studio,
  chromium: OpenChromium,
  url: string,
  count: number,
): Promise<FirstVisit[]> {
  const visits: FirstVisit[] = []
  for (let i = 0; i < count; i++) visits.push(await firstVisit(studio, chromium, url))
  return visits
}

async function firstVisit(studio: Studio, chromium: OpenChromium, url: string): Promise<FirstVisit> {
  const sound = tone(997, TONE_S)
  const playing = await studio.play([sound, sound])
  const guest = await visit(chromium, 'about:blank')
  try {
    const devtools = await guest.page.context().newCDPSession(guest.page)
    let [bytes, requests] = [0, 0]
    devtools.on('Network.dataReceived', ({ encodedDataLength }) => {
      bytes += encodedDataLength
    })
    devtools.on('Network.requestWillBeSent', () => {
      requests++
    })
    await devtools.send('Network.enable')
    await guest.page.goto(url, { waitUntil: 'networkidle' })
    const loaded = { loadedKb: bytes / 1000, requests }
    const recording = await studio.record({ inputs: [['speakers:monitor_FL', 0]], channels: 1 })
    const button = guest.page.getByRole('button', { name: 'Listen', exact: true })
    await button.hover()
    const pressedMs = Number(process.hrtime.bigint()) / 1e6
    await button.click()
    await untilState(guest, 'playing', 30_000)
    const { received } = (await pageStats(guest)).packets
    await waitUntil(
      'a second more of it',
      async () => (await pageStats(guest)).packets.received > received + SECOND_PACKETS,
    )
    const { channels, startMonotonicMs } = await recording.stop()
    const onset = channels[0]?.findIndex((x) => Math.abs(x) > HEARD) ?? -1
    const soundMs = onset < 0 ? Number.NaN : startMonotonicMs + (onset / STUDIO_RATE_HZ) * 1000 - pressedMs
    return { ...loaded, soundMs }
  } finally {
    await guest.close()
    await playing.stop()
    await playing.ended
  }
}
