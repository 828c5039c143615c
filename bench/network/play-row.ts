// One row: a network, the server before it, a page behind it, and everything that is seen of them meanwhile.
import { setTimeout as wait } from 'node:timers/promises'
import { listen, type OpenBrowser, openBrowser, pageStats } from '../../test/studio/browser.ts'
import { instrumentEnv } from '../../test/studio/instrument.ts'
import { type Link, startLink } from '../../test/studio/link/link.ts'
import { startTcpRelay } from '../../test/studio/link/tcp-relay.ts'
import { INSTRUMENT_AND_SPEAKER } from '../../test/studio/recorder.ts'
import { startBackline } from '../../test/studio/server.ts'
import { chirp, chirps, seeded } from '../../test/studio/signal.ts'
import type { Studio } from '../../test/studio/studio.ts'
import type { Stats } from '../../web/player/stats.ts'
import { chirpLatencies, findChirps } from '../lib/chirp-latency.ts'
import { fetchListeners } from '../lib/listeners-view.ts'
import { watchStalls } from '../lib/stalls.ts'
import { type NetworkRow, WAYS } from './rows.ts'
import type { Heard, Sample, StoodStill } from './story.ts'

export interface Played {
  /** The page said so within BEGIN_TIMEOUT_MS. */
  begun: boolean
  samples: Sample[]
  heard: Heard[]
  /** The most the server ever had in flight to this page, ms. */
  inFlightMaxMs: number
  /** Bytes to the page by time: IP packets, or with an imitated link what is in them. */
  bytes: { atS: number; bytes: number }[]
  /** Ends of outages as they were, seconds. */
  outages: { fromS: number; toS: number }[]
  /** The whole machine stood still. */
  stalls: StoodStill[]
  reasons: string[]
  complaints: string[]
}

/** What row and fallback have in common. */
interface Network {
  browser: Partial<Parameters<typeof openBrowser>[0]>
  url(server: string): string
  outage(ms: number): Promise<void>
  change(change: NonNullable<NetworkRow['events'][number]['change']>): Promise<void>
  bytes(): Promise<number>
  stop(): Promise<void>
}

export interface RowOptions {
  seconds: number
  period: number
  /** No devices and namespaces: a relay in user space. */
  imitate: boolean
  /** Congestion control of the server's side; `system`: as here. */
  tcp: string
}

/** A page that has not begun by then has not begun: it is watched all the same. */
const BEGIN_TIMEOUT_MS = 30_000

/** A stall of the machine that is shorter than this is no reason for a gap. */
const FELT_MS = 5

export async function playRow(studio: Studio, row: NetworkRow, options: RowOptions): Promise<Played> {
  const ends: (() => Promise<unknown>)[] = []
  try {
    const env = { ...instrumentEnv(), CAPTURE_PERIOD: String(options.period) }
    const link = options.imitate ? undefined : await linkOf(row, options.tcp)
    if (link) ends.push(() => link.stop())
    const server = await startBackline({ studio, env, ...(link ? { host: link.nearAddress } : {}) })
    ends.push(() => server.stop())
    const network = link ? overLink(link) : await overRelay(row, server.url)
    if (!link) ends.push(() => network.stop())
    const url = network.url(server.pageUrl)
    const page = await openBrowser({ engine: 'chromium', studio, ...network.browser, url })
    ends.push(() => page.close())

    const seconds = Math.max(row.seconds, options.seconds)
    const recording = await studio.record(INSTRUMENT_AND_SPEAKER)
    const playing = await studio.play(Array(2).fill(bed(seconds + 20, row.chirpsApartS)))
    playing.ended.catch(() => {}) // it ends with the studio when the row fails
    ends.push(() => playing.stop())
    await watchPage(page)
    const monitor = await watchStalls(studio)
    const startedMs = Date.now()
    const atS = () => (Date.now() - startedMs) / 1000
    const begun = await listen(page, undefined, BEGIN_TIMEOUT_MS).then(
      () => true,
      () => false, // the report says so
    )

    const played: Played = {
      begun,
      samples: [],
      heard: [],
      inFlightMaxMs: 0,
      bytes: [],
      outages: [],
      stalls: [],
      reasons: [],
      complaints: [],
    }
    const events = [...row.events]
    do {
      const next = events[0]
      if (next && atS() >= next.atS) {
        events.shift()
        if (next.change) await network.change(next.change)
        if (next.outageMs !== undefined) {
          await network.outage(next.outageMs)
          played.outages.push({ fromS: atS(), toS: atS() + next.outageMs / 1000 })
        }
      }
      for (const view of await fetchListeners(server.url)) {
        played.inFlightMaxMs = Math.max(played.inFlightMaxMs, view.inFlightMs + view.baselineMs)
        if (view.reason && played.reasons.at(-1) !== `${view.rung}: ${view.reason}`)
          played.reasons.push(`${view.rung}: ${view.reason}`)
      }
      played.bytes.push({ atS: atS(), bytes: await network.bytes() })
      const untilEvent = ((events[0]?.atS ?? seconds) - atS()) * 1000
      await wait(Math.max(0, Math.min(200, untilEvent)))
    } while (atS() < seconds)
    played.samples = (await takeSamples(page)).map(({ atMs, ...rest }) => ({
      ...rest,
      atS: (atMs - startedMs) / 1000,
    }))
    played.complaints = await page.complaints()
    const wallMinusMonotonicMs = Date.now() - Number(process.hrtime.bigint()) / 1e6
    const { channels, startMonotonicMs, rateHz } = await recording.stop()
    const [instrument, speaker] = channels
    if (!instrument || !speaker) throw new Error('the recording lacks a channel')
    const atOf = (monotonicMs: number) => (monotonicMs + wallMinusMonotonicMs - startedMs) / 1000
    played.stalls = (await monitor.stop())
      .filter(({ lateMs }) => lateMs >= FELT_MS)
      .map(({ atMs, lateMs }) => ({ fromS: atOf(atMs), toS: atOf(atMs + lateMs) }))
    const zeroS = atOf(startMonotonicMs)
    played.heard = heardIn(instrument, speaker, row.chirpsApartS).map(({ frame, latencyMs }) => ({
      atS: zeroS + frame / rateHz,
      latencyMs,
    }))
    return played
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

function linkOf({ conditions }: NetworkRow, tcp: string): Promise<Link> {
  return startLink(conditions, tcp === 'system' ? {} : { congestion: tcp })
}

function overLink(link: Awaited<ReturnType<typeof startLink>>): Network {
  return {
    browser: { link },
    url: (server) => server,
    outage: (ms) => link.outage(ms),
    async change(change) {
      for (const way of WAYS) await link.change(way, change)
    },
    bytes: async () => (await link.counters()).down.bytes,
    stop: async () => void (await link.stop()),
  }
}

async function overRelay(row: NetworkRow, server: string): Promise<Network> {
  const { hostname: host, port } = new URL(server)
  const relay = await startTcpRelay(row.conditions, { host, port: Number(port) })
  return {
    browser: {},
    url: () => `http://127.0.0.1:${relay.port}`,
    outage: (ms) => relay.outage(ms),
    async change(change) {
      for (const way of WAYS) await relay.change(way, change)
    },
    bytes: async () => (await relay.counters()).down.forwardedBytes,
    stop: () => relay.stop(),
  }
}

/** Chirps over a little noise: silence would cost a codec less than music does. */
function bed(seconds: number, apartS: number): Float32Array {
  const out = chirps(Math.ceil(seconds / apartS), { apartSeconds: apartS, spreadSeconds: apartS / 6 })
  const random = seeded(7)
  for (let i = 0; i < out.length; i++) out[i] = (out[i] ?? 0) + 0.005 * (random() - 0.5)
  return out
}

function heardIn(instrument: Float32Array, speaker: Float32Array, apartS: number) {
  const one = chirp()
  const { latencies } = chirpLatencies(instrument, speaker, one, { maxLatencyMs: apartS * 1000 - 60 })
  const byFrame = new Map(latencies.map(({ startFrame, latencyMs }) => [startFrame, latencyMs]))
  return findChirps(instrument, one).map((frame) => ({ frame, latencyMs: byFrame.get(frame) ?? Number.NaN }))
}

type PageSample = Omit<Sample, 'atS'> & { atMs: number }
type Watching = { samples: PageSample[]; backline: { stats(): Stats } }

/** From now on the page keeps what it says of itself, ten times a second. */
async function watchPage(page: OpenBrowser): Promise<void> {
  await page.evaluate(() => {
    const here = globalThis as unknown as Watching
    here.samples = []
    setInterval(() => {
      const { rung, state, targetMs, bufferMs, latencyMs, underruns, link } = here.backline.stats()
      here.samples.push({
        atMs: Date.now(),
        rung: state === 'idle' || state === 'connecting' ? null : rung,
        state,
        targetMs,
        bufferMs,
        totalMs: latencyMs.total,
        episodes: underruns.episodes,
        concealedMs: underruns.concealedMs,
        inFlightMs: link.inFlightMs,
        packetsSkipped: link.packetsSkipped,
        switches: link.switches,
        deliveredKbps: link.deliveredKbps,
      })
    }, 100)
  })
  await pageStats(page)
}

function takeSamples(page: OpenBrowser): Promise<PageSample[]> {
  return page.evaluate(() => (globalThis as unknown as Watching).samples)
}
