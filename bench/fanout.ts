// Q: what does one listener more cost the server, and how much later than the first has the last of them its packet?
// Emulated: the listeners are one process of this machine, in C (fanout/crowd.c), so that two cores carry it; they take frames apart
//    and read packet headers, send receipts, and play nothing. A few more are full ones in the bench's own process. 1 in 100
//    reads half of what comes, and of those that stopped every other says nothing (closed, and comes back), the rest goes on
//    with receipts. Server, capture child (the demo synth, 48 kHz, blocks of 5 ms) and sockets are the real ones.
// Floor: a process that has nothing but `ws`, hears the server as one more listener and sends the same bytes on to as many
//    listeners (fanout/floor.mjs), with no receipts to read. Both are measured in turn, each with a crowd of its own that comes and goes.
// Budgets: added delay p99 ≤ 10 ms; CPU per packet ≤ 1.25 × the floor's; 0.1 % of packets missed by who reads; memory of the
//    process's own (RssAnon) that grows by 5 MB at most from the first fifth to the last of the minutes. 300 listeners of PCM, 1,000 of Opus.
// Rows: packets and messages that those who read had, a second; CPU in % of a core: the sender, of it its main thread, the
//    crowd, everything else on this machine; delay each had a packet later than the first (p50, p99, p99.9) and the last of
//    them did; missed: packets left out or lost. The sampled ones: arrival − capture.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { isRungName, rungNamed } from '../src/shared/rungs.ts'
import type { Env, Program } from '../test/studio/process.ts'
import { startBackline } from '../test/studio/server.ts'
import { buildCrowd, Crowd, type CrowdOptions } from './fanout/crowd.ts'
import { Floor } from './fanout/floor.ts'
import { goBefore } from './fanout/priority.ts'
import { type Window, watchWindow, windowRow } from './fanout/window.ts'
import { defineBench, say } from './lib/bench.ts'
import { CrowdListener } from './lib/crowd-listener.ts'
import { DelayHistogram } from './lib/delay-histogram.ts'
import { firstAndLastMb } from './lib/memory.ts'
import { atMost, makeReport } from './lib/report.ts'
import { starter } from './lib/starter.ts'
import { median, round } from './lib/statistics.ts'

/** After everybody has come: what they were sent of the past is over, and the first baselines are learned. */
const SETTLE_MS = 4000
const SLOW_SHARE = 0.01

export const bench = defineBench({
  name: 'fanout',
  question: 'What does a listener more cost, against bare `ws`, and how far apart are they served?',
  options: {
    rung: { fallback: 'pcm16', explain: 'that everybody is on; opus-96 has packets of 10 ms' },
    listeners: { fallback: 0, explain: '0: 300 of PCM, 1000 of Opus' },
    stopped: { fallback: 0.05, explain: 'share of them that does not read' },
    rounds: { fallback: 3, explain: 'of server and floor in turn' },
    seconds: { fallback: 10, explain: 'that each of them is measured in a round' },
    minutes: { fallback: 1, explain: 'that memory is watched after that' },
    'warm-up': { fallback: 70, explain: 'seconds before those: the history fills, the heap settles' },
    sampled: { fallback: 4, explain: 'full listeners beside the crowd' },
    target: { fallback: 15, explain: 'ms that listeners say they play behind' },
    priority: { fallback: 0, explain: '15: server, floor and crowd go before others on the machine (root)' },
  },
  async run(options) {
    if (!isRungName(options.rung)) throw new Error(`no rung is named ${options.rung}`)
    const opus = rungNamed(options.rung).codec === 'opus'
    const listeners = options.listeners || (opus ? 1000 : 300)
    const stopped = Math.round(options.stopped * listeners)
    const crowdOptions: Omit<CrowdOptions, 'port' | 'path'> = {
      listeners,
      slow: Math.round(SLOW_SHARE * listeners),
      deaf: Math.floor(stopped / 2),
      mute: Math.ceil(stopped / 2),
      targetMs: options.target,
    }
    const goBack = goBefore(-options.priority)
    const dir = mkdtempSync(join(tmpdir(), 'backline-fanout-'))
    const programs: Program[] = []
    const sampled: CrowdListener[] = []
    let floor: Floor | undefined
    try {
      const binary = buildCrowd(dir)
      say('starting the server')
      const env = { CAPTURE: 'synth', CAPTURE_RATE: '48000', CAPTURE_PERIOD: '240', LOG_LEVEL: 'warn' }
      const server = await startBackline({
        studio: starter(programs),
        env: { ...env, ...roomFor(2 * listeners) },
      })
      const path = `/ws/audio?rung=${options.rung}&start=${options.rung}`
      const address = server.url.replace('http', 'ws') + path
      floor = await Floor.start(address)
      for (let i = 0; i < options.sampled; i++) {
        const listener = new CrowdListener(address, opus)
        sampled.push(listener)
        await listener.start()
      }
      const sides = {
        server: { port: Number(new URL(server.url).port), path, pid: server.pid },
        floor: { port: floor.port, path: '/', pid: floor.pid },
      }
      const measure = async (side: keyof typeof sides, seconds: number, warmUpS = 0) => {
        say(`${side}: ${listeners} listeners, ${seconds} s`)
        const crowd = await Crowd.start(binary, { ...crowdOptions, ...sides[side] })
        try {
          await wait(SETTLE_MS + warmUpS * 1000)
          return await watchWindow(crowd, sides[side].pid, seconds)
        } finally {
          await crowd.stop()
        }
      }
      const windows: Record<keyof typeof sides, Window[]> = { server: [], floor: [] }
      for (let i = 0; i < options.rounds; i++)
        for (const side of ['server', 'floor'] as const)
          windows[side].push(await measure(side, options.seconds))
      for (const { delays } of sampled) delays.clear()
      const long = await measure('server', options.minutes * 60, options['warm-up'])
      const delays = new DelayHistogram()
      for (const one of sampled) delays.merge(one.delays)

      const { firstMb, lastMb } = firstAndLastMb(long.memoryMb)
      const cost = (side: keyof typeof sides) => median(windows[side].map((one) => one.cpuUsPerPacket))
      const ofServer = [...windows.server, long]
      const sum = (what: (one: Window) => number) => ofServer.reduce((all, one) => all + what(one), 0)
      const { streaming } = (await server.health()) as { streaming: Streaming }
      return makeReport(
        'fanout',
        [
          atMost('added delay, p99', median(ofServer.map(({ tally }) => tally.each.p99Ms)), 10, 'ms'),
          atMost('CPU per packet, against the floor', round(cost('server') / cost('floor')), 1.25, '×'),
          atMost(
            'missed by those who read',
            round((sum(({ tally }) => tally.missed) / sum(({ tally }) => tally.packets)) * 100, 3),
            0.1,
            '%',
          ),
          atMost('memory of the server, growth', round(lastMb - firstMb), 5, 'MB'),
        ],
        [
          ...windows.server.flatMap((one, i) => [
            windowRow(`server ${i + 1}`, one),
            windowRow(`floor ${i + 1}`, windows.floor[i] as Window),
          ]),
          windowRow(`server, ${options.minutes} min`, long),
          {
            row: 'sampled, from capture',
            packets: delays.count,
            p50Ms: round(delays.percentile(0.5)),
            p99Ms: round(delays.percentile(0.99)),
            maxMs: round(delays.maxMs),
          },
          {
            row: 'server, all of the time',
            memoryFirst: round(firstMb, 1),
            memoryLast: round(lastMb, 1),
            mbPerMinute: round((lastMb - firstMb) / (options.minutes * 0.8)),
            skippedInFlight: streaming.packetsSkipped.inFlight,
            skippedBacklog: streaming.packetsSkipped.backlog,
            stalled: streaming.stalled,
            silent: streaming.silent,
          },
        ],
      )
    } finally {
      for (const listener of sampled) listener.stop()
      await floor?.stop()
      for (const program of programs) await program.stop('SIGTERM')
      rmSync(dir, { recursive: true, force: true })
      goBack()
    }
  },
})

/** They all come from one address, and at once. */
function roomFor(listeners: number): Env {
  const names = ['MAX_LISTENERS', 'MAX_ADDRESS_LISTENERS', 'MAX_ADDRESS_UPGRADES', 'MAX_UPGRADES']
  return Object.fromEntries(names.map((name) => [name, String(listeners)]))
}

interface Streaming {
  packetsSkipped: { inFlight: number; backlog: number }
  stalled: number
  silent: number
}
