// The competitor every browser has built in: getUserMedia → WebAudio → speakers, nothing of ours in between.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Engine, openBrowser } from '../../test/studio/browser.ts'
import type { Studio } from '../../test/studio/studio.ts'
import { waitUntil } from '../../test/studio/wait-until.ts'

const PAGE = `<!doctype html><title>monitor</title><button>Listen</button><script>
document.querySelector('button').onclick = async () => {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: {
    echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 2, latency: 0 } })
  const context = new AudioContext({ latencyHint: 0, sampleRate: 44100 })
  context.createMediaStreamSource(stream).connect(context.destination)
  await context.resume()
  document.title = 'playing'
}
</script>`

/** Runs `measure` while the browser itself monitors the instrument, at the lowest latency it can be asked for. */
export async function whileMonitoring<T>(
  studio: Studio,
  engine: Engine,
  args: readonly string[],
  measure: () => Promise<T>,
): Promise<T> {
  // getUserMedia refuses monitors: the instrument goes through the studio's microphone, in the same graph cycle.
  await studio.link('montage:monitor_FL', 'mic:input_FL')
  await studio.link('montage:monitor_FR', 'mic:input_FR')
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(PAGE))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    const url = `http://localhost:${port}/`
    const browser = await openBrowser({ engine, studio, url, args, microphone: true })
    try {
      await browser.click('Listen')
      await waitUntil('the browser to monitor', () =>
        browser.evaluate(titleOfPage).then((title) => title === 'playing'),
      )
      return await measure()
    } finally {
      await browser.close()
    }
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

function titleOfPage(): string {
  return (globalThis as unknown as { document: { title: string } }).document.title
}
