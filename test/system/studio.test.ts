// What every measurement in the studio leans on: it carries sound unchanged, in order, and leaves nothing behind.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ENGINES, openBrowser } from '../studio/browser.ts'
import { graphLinks } from '../studio/graph.ts'
import { naudiodonLoads } from '../studio/instrument.ts'
import { run } from '../studio/process.ts'
import { CHANNEL_TONES_HZ, eightTones, seeded } from '../studio/signal.ts'
import { MONTAGE_PORTS, type Studio, startStudio } from '../studio/studio.ts'
import { waitUntil } from '../studio/wait-until.ts'

const FIXTURES = join(import.meta.dirname, '..', 'studio')

describe('a running studio', () => {
  let studio: Studio
  beforeAll(async () => {
    studio = await startStudio()
  })
  afterAll(() => studio.stop())

  // A stall of the whole machine can cut a piece out: what is promised is that the path itself changes nothing.
  test('eight channels reach the monitor bit for bit, each at its place', async () => {
    const random = seeded(5)
    const sent = MONTAGE_PORTS.map(() =>
      Float32Array.from({ length: 22_050 }, () => Math.round((random() * 2 - 1) * 30_000) / 32_768),
    )
    const recording = await studio.record({
      inputs: MONTAGE_PORTS.map((port, channel) => [`montage:monitor_${port}`, channel] as const),
      channels: 8,
    })
    await (await studio.play(sent)).ended
    const { channels, rateHz } = await recording.stop()
    expect(rateHz).toBe(44_100)
    const pieces = sent.map((samples, channel) =>
      piecesFound(samples, channels[channel] ?? new Float32Array()),
    )
    // Half of them may be cut through; those that are whole are so on all channels, in the same places.
    expect(pieces[0]?.filter((at) => at >= 0).length).toBeGreaterThan(PIECES / 2)
    expect(pieces).toEqual(MONTAGE_PORTS.map(() => pieces[0]))
  })

  test('MONTAGE is a device whose eight channels are captured in order, by naudiodon in blocks of 128 frames', async () => {
    const raw = join(studio.dir, 'captured.raw')
    const playing = await studio.play(eightTones(6))
    if (naudiodonLoads()) {
      const said = await run('node', [join(FIXTURES, 'list-and-capture.mjs'), raw], studio.env)
      expect(JSON.parse(said.slice(said.indexOf('{"devices"')))).toMatchObject({
        device: { name: 'MONTAGE' },
        blockFrames: [128],
      })
    } else {
      const format = ['-f', 'S16_LE', '-c', '8', '-r', '44100', '-t', 'raw', '-s', '44100']
      await run('arecord', ['-q', '-D', 'MONTAGE', ...format, raw], studio.env)
    }
    await playing.stop()
    const pcm = readFileSync(raw)
    CHANNEL_TONES_HZ.forEach((hz, channel) => {
      expect(Math.abs(crossingsHz(pcm, channel) / hz - 1)).toBeLessThan(0.02)
    })
  })

  test('a browser plays into the speakers and is not led back into the instrument', async () => {
    const page = `data:text/html,<button onclick="const c=new AudioContext,o=c.createOscillator();o.connect(c.destination);o.start()">Listen</button>`
    const tab = await openBrowser({ engine: 'chromium', studio, url: page })
    const recording = await studio.record({
      inputs: [
        ['speakers:monitor_FL', 0],
        ['montage:monitor_FL', 1],
      ],
      channels: 2,
    })
    await tab.click('Listen')
    await waitUntil('the browser to be linked', async () =>
      (await graphLinks(studio.env)).some(
        ([from, to]) => /chromium/i.test(from) && to === 'speakers:playback_FL',
      ),
    )
    const links = await graphLinks(studio.env)
    await new Promise((resolve) => setTimeout(resolve, 500)) // of sound
    const [speakers, instrument] = (await recording.stop()).channels
    await tab.close()
    expect(links.filter(([from, to]) => /chromium/i.test(from) && to.startsWith('montage'))).toEqual([])
    expect(Math.max(...(speakers ?? []))).toBeGreaterThan(0.1)
    expect(Math.max(...(instrument ?? []))).toBe(0)
  })
})

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
  'after the process that started it dies of %s, nothing of the studio remains',
  async (signal) => {
    const owner = spawn(process.execPath, ['--import', 'tsx', join(FIXTURES, 'crash-me.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(owner.stdout, 'data')) as [Buffer]
    const { dir, strayPid } = JSON.parse(String(line)) as { dir: string; strayPid: number }
    expect(livingWith(dir).length).toBeGreaterThan(4)
    expect(existsSync(`/proc/${strayPid}`)).toBe(true)
    owner.kill(signal)
    await waitUntil('the studio to be gone', () => livingWith(dir).length === 0 && !existsSync(dir))
    expect(isAlive(strayPid)).toBe(false)
  },
)

test.each(ENGINES)(
  'after the process that drives %s is killed, nothing of the browser remains',
  async (engine) => {
    const owner = spawn(
      process.execPath,
      ['--import', 'tsx', join(FIXTURES, 'crash-with-browser.ts'), engine],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const [line] = (await once(owner.stdout, 'data')) as [Buffer]
    const { dir, pids } = JSON.parse(String(line)) as { dir: string; pids: number[] }
    expect(pids.length).toBeGreaterThan(2)
    expect(pids.every(isAlive)).toBe(true)
    owner.kill('SIGKILL')
    await waitUntil('the browser to be gone', () => !pids.some(isAlive) && !existsSync(dir), 60_000)
    expect(livingWith(dir)).toEqual([])
  },
)

test('the next studio waits for the one before it', async () => {
  const first = await startStudio()
  await expect(startStudio({ waitS: 0 })).rejects.toThrow('another studio')
  const second = startStudio()
  await first.stop()
  await (await second).stop()
})

const PIECES = 80

/** Where in `recorded` each of the pieces of `sent` begins, every sample of it as it was; −1 where one is not whole. */
function piecesFound(sent: Float32Array, recorded: Float32Array): number[] {
  const length = Math.floor(sent.length / PIECES)
  let from = 0
  return Array.from({ length: PIECES }, (_, piece) => {
    const samples = sent.subarray(piece * length, (piece + 1) * length)
    const at = recorded.findIndex(
      (x, i) => i >= from && x === samples[0] && samples.every((sample, k) => recorded[i + k] === sample),
    )
    if (at >= 0) from = at + length
    return at
  })
}

/** Processes that carry the mark of the studio in `dir`. */
function livingWith(dir: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || !isAlive(Number(pid))) return false
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`BACKLINE_STUDIO=${dir}`)
    } catch {
      return false // it ended while we looked
    }
  })
}

function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false // no such process
  }
}

/** Frequency by rising zero crossings of one of eight interleaved Int16 channels. */
function crossingsHz(pcm: Buffer, channel: number): number {
  const frames = pcm.length / 16
  let crossings = 0
  for (let i = 1; i < frames; i++) {
    const [before, now] = [pcm.readInt16LE((i - 1) * 16 + channel * 2), pcm.readInt16LE(i * 16 + channel * 2)]
    if (before < 0 && now >= 0) crossings++
  }
  return (crossings / frames) * 44_100
}
