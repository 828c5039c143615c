// The sound follows its device: outputs come and go, browsers' parts die, and a computer sleeps.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listen, type OpenChromium, openChromium, pageStats } from '../studio/browser.ts'
import { graphLinks } from '../studio/graph.ts'
import { instrumentEnv } from '../studio/instrument.ts'
import { type Env, run } from '../studio/process.ts'
import { type Backline, startBackline } from '../studio/server.ts'
import { tone } from '../studio/signal.ts'
import { type Studio, startStudio } from '../studio/studio.ts'
import { waitUntil } from '../studio/wait-until.ts'

let studio: Studio
let env: Env
let backline: Backline
let chromium: OpenChromium

beforeAll(async () => {
  studio = await startStudio()
  // As on a listener's computer: whatever the system has as its default is what the browser plays to.
  const { PULSE_SINK: _, ...free } = studio.env
  env = free
  await run('pactl', ['set-default-sink', 'speakers'], env)
  backline = await startBackline({ studio, env: instrumentEnv() })
  chromium = await openChromium({ studio: { ...studio, env }, url: backline.url })
  await listen(chromium)
})
afterAll(async () => {
  await chromium?.close()
  await backline?.stop()
  await studio?.stop()
})

/** Plays a tone on the instrument while `during` runs, and gives what a second of it sounds like at `sink` after. */
async function heardAfter(sink: string, during: () => Promise<void>): Promise<number> {
  const playing = await studio.play([tone(440, 60), tone(440, 60)])
  try {
    await during()
    return await waitUntil(`the tone at ${sink}`, () => levelAt(sink), 20_000)
  } finally {
    await playing.stop()
    await playing.ended
  }
}

/** Amplitude at an output over a short recording; 0 while it is not a steady tone. */
async function levelAt(sink: string): Promise<number> {
  const recording = await studio.record({ inputs: [[`${sink}:monitor_FL`, 0]], channels: 1 })
  const [sound = new Float32Array()] = (await recording.stop()).channels
  const power = sound.reduce((sum, x) => sum + x * x, 0) / sound.length
  const amplitude = Math.sqrt(2 * power)
  return Math.abs(amplitude - 0.5) < 0.05 ? amplitude : 0
}

async function playsTo(sink: string): Promise<void> {
  await waitUntil(`the browser to be linked to ${sink}`, async () =>
    (await graphLinks(studio.env)).some(([from, to]) => /chrom/i.test(from) && to.startsWith(`${sink}:`)),
  )
}

async function playing(timeoutMs: number): Promise<void> {
  const { received } = (await pageStats(chromium)).packets
  await waitUntil(
    'the page to play what comes now',
    async () => {
      const { state, packets } = await pageStats(chromium)
      return state === 'playing' && packets.received > received
    },
    timeoutMs,
  )
}

/** The browser's process that speaks to the sound server. */
async function audioService(): Promise<number> {
  const isAudio = (pid: number) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('audio.mojom.AudioService')
    } catch {
      return false // it ended while we looked
    }
  }
  return await waitUntil('the audio process of the browser', async () =>
    (await chromium.pids()).find(isAudio),
  )
}

test('headphones are plugged in and pulled out again: the sound goes with them', async () => {
  let id = ''
  const there = await heardAfter('headphones', async () => {
    const module = ['module-null-sink', 'sink_name=headphones', 'rate=48000', 'channels=2']
    id = (await run('pactl', ['load-module', ...module], env)).trim()
    await run('pactl', ['set-default-sink', 'headphones'], env)
    await playsTo('headphones')
  })
  expect(there).toBeCloseTo(0.5, 1)
  const back = await heardAfter('speakers', async () => {
    await run('pactl', ['unload-module', id], env)
    await playsTo('speakers')
  })
  expect(back).toBeCloseTo(0.5, 1)
})

test('the audio process of the browser dies: the sound comes back, nobody touched the page', async () => {
  const level = await heardAfter('speakers', async () => {
    // On a busy machine the new process may give the sound server up too soon and play to nobody, for good and without
    // a word to the page. Then it dies once more.
    for (let attempt = 1; ; attempt++) {
      const before = await audioService()
      process.kill(before, 'SIGKILL')
      await waitUntil('another audio process', async () => (await audioService()) !== before)
      await playing(10_000)
      const linked = await playsTo('speakers').then(
        () => true,
        (error: unknown) => {
          if (attempt === 4) throw error
          return false
        },
      )
      if (linked) return
    }
  })
  expect(level).toBeCloseTo(0.5, 1)
  expect((await pageStats(chromium)).state).toBe('playing')
})

test('a computer that slept plays within 2 s of waking', async () => {
  let backMs = Number.NaN
  await heardAfter('speakers', async () => {
    const pids = await chromium.pids()
    for (const pid of pids) process.kill(pid, 'SIGSTOP')
    let wokenMs = 0
    const asleepFrom = await blocksCaptured()
    try {
      // More than the page's ring holds: on waking it finds a backlog of what is long past.
      await waitUntil(
        'the source to have gone on for 4 s',
        async () => (await blocksCaptured()) > asleepFrom + 1380,
      )
    } finally {
      wokenMs = Number(process.hrtime.bigint()) / 1e6
      for (const pid of pids) process.kill(pid, 'SIGCONT')
    }
    const recording = await studio.record({ inputs: [['speakers:monitor_FL', 0]], channels: 1 })
    await playing(10_000)
    await waitUntil('the tone at the speakers', () => levelAt('speakers'), 20_000)
    const heardFrom = await blocksCaptured()
    await waitUntil('two seconds more of it', async () => (await blocksCaptured()) > heardFrom + 690)
    const { channels, startMonotonicMs } = await recording.stop()
    backMs = startMonotonicMs + steadyFromMs(channels[0] ?? new Float32Array()) - wokenMs
  })
  expect(backMs).toBeLessThan(2000)
})

/**
 * From where on a recording at 44.1 kHz has had sound for half a second, in nine of ten stretches of 10 ms: a machine
 * that stands still for a moment takes a piece out of any sound.
 */
function steadyFromMs(sound: Float32Array): number {
  const length = 441
  const heard = Array.from({ length: Math.floor(sound.length / length) }, (_, i) =>
    sound.subarray(i * length, (i + 1) * length).some((x) => Math.abs(x) > 0.1),
  )
  const from = heard.findIndex((yes, i) => yes && heard.slice(i, i + 50).filter(Boolean).length >= 45)
  return from < 0 ? Number.NaN : from * 10
}

/** Of the source, 344.5 a second: what the page gets depends on what it takes. */
async function blocksCaptured(): Promise<number> {
  const { source } = (await backline.health()) as { source: { counters: { blocks: number } } }
  return source.counters.blocks
}

test('a tab that was frozen and comes back plays', async () => {
  const devtools = await chromium.page.context().newCDPSession(chromium.page)
  const level = await heardAfter('speakers', async () => {
    await devtools.send('Page.setWebLifecycleState', { state: 'frozen' })
    const frozenFrom = await blocksCaptured()
    await waitUntil('two seconds to pass', async () => (await blocksCaptured()) > frozenFrom + 690)
    await devtools.send('Page.setWebLifecycleState', { state: 'active' })
    await playing(10_000)
  })
  expect(level).toBeCloseTo(0.5, 1)
})
