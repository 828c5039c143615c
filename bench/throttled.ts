// Q: what do listeners that stopped reading, or read too slowly, cost the server and everybody else?
// Emulated: all listeners are in one process on this machine and have no browser; the slow ones' links are a relay with a rate
//    (test/studio/link/tcp-relay.ts). Server, capture child (the demo synth) and sockets are the real ones.
// Budgets: in flight ≤ 400 ms for one throttled to half of what pcm16 takes; server memory (its own: RssAnon) within 5 MB from the first fifth to the
//    last of the time with the stopped ones; the others' delay (arrival − capture, p50 and p99) within 1 ms of what it is while all read.
//    The two are measured in turn, and each time with the stopped ones is held against those before and after it: a machine
//    that is slow for a minute is slow for both. The middle of the rounds counts.
// Rows: delay (ms, all readers together: while all read, and with the stopped ones), round (p50 and p99 of each), throttled (one that
//    stays on pcm16, one that may take Opus), stopped (mute: says nothing either, closed and comes back; deaf: goes on saying that it
//    has nothing new), server (memory in MB, median of a fifth; counters of /health). A history of 60 s fills before anything is measured.
import { setTimeout as wait } from 'node:timers/promises'
import { rungNamed, wireBitsPerSecond } from '../src/shared/rungs.ts'
import { CLOSE } from '../src/shared/wire/control.ts'
import { startTcpRelay, type TcpRelay } from '../test/studio/link/tcp-relay.ts'
import type { Program } from '../test/studio/process.ts'
import { type Backline, startBackline } from '../test/studio/server.ts'
import { defineBench, say } from './lib/bench.ts'
import { CrowdListener } from './lib/crowd-listener.ts'
import { DelayHistogram } from './lib/delay-histogram.ts'
import { fetchListeners, type ListenerView } from './lib/listeners-view.ts'
import { firstAndLastMb, ownMb } from './lib/memory.ts'
import { atMost, makeReport, type Row } from './lib/report.ts'
import { changeOfRounds } from './lib/rounds.ts'
import { starter } from './lib/starter.ts'
import { round } from './lib/statistics.ts'

/** Those that did not read get through what waited for them. */
const SETTLE_S = 5
const PCM = wireBitsPerSecond(rungNamed('pcm16'), 44_100, 128)

export const bench = defineBench({
  name: 'throttled',
  question: 'What do listeners that stopped reading, or are slow, cost the server and the others?',
  options: {
    minutes: { fallback: 1, explain: 'with the stopped listeners, altogether' },
    rounds: { fallback: 4, explain: 'into which they are divided' },
    reading: { fallback: 15, explain: 'seconds without them before and after each' },
    'warm-up': { fallback: 70, explain: 'seconds before that: the histories fill' },
    listeners: { fallback: 50, explain: 'altogether, the slow ones not counted' },
    stopped: { fallback: 0.2, explain: 'share of them that stops reading' },
  },
  async run(options) {
    const programs: Program[] = []
    const everyone: CrowdListener[] = []
    const relays: TcpRelay[] = []
    const timers: NodeJS.Timeout[] = []
    try {
      say('starting the server')
      const server = await startBackline({ studio: starter(programs), env: { CAPTURE: 'synth' } })
      const join = async (url: string, opus = false) => {
        const listener = new CrowdListener(url, opus)
        everyone.push(listener)
        await listener.start()
        return listener
      }
      const address = `${server.url.replace('http', 'ws')}/ws/audio`
      const crowd: CrowdListener[] = []
      for (let i = 0; i < options.listeners; i++) crowd.push(await join(address))
      const throttle = async (opus: boolean) => {
        const before = new Set((await fetchListeners(server.url)).map(({ id }) => id))
        const { hostname: host, port } = new URL(server.url)
        const way = { delayMs: 10, rateMbit: PCM / 2e6, queueMs: 50 }
        const relay = await startTcpRelay({ down: way, up: { delayMs: 10 } }, { host, port: Number(port) })
        relays.push(relay)
        const listener = await join(`ws://127.0.0.1:${relay.port}/ws/audio`, opus)
        const view = (await fetchListeners(server.url)).find(({ id }) => !before.has(id))
        if (!view) throw new Error('the server does not tell of the throttled listener')
        return { listener, watch: new Watch(view.id) }
      }
      const slow = { pcm: await throttle(false), opus: await throttle(true) }

      say(`${options['warm-up']} s until histories are full`)
      await watching(server, options['warm-up'], [])
      const stopped = crowd.slice(0, Math.round(options.stopped * crowd.length))
      const readers = crowd.slice(stopped.length)
      const watches = [slow.pcm.watch, slow.opus.watch]
      const manners = (stand: boolean) => {
        stopped.forEach((listener, i) => {
          if (!stand) listener.manners = 'reads'
          else listener.manners = i % 2 === 0 ? 'mute' : 'deaf'
        })
        delaysOf(everyone)
      }
      const allReading: DelayHistogram[] = []
      const someStopped: DelayHistogram[] = []
      const memory: number[] = []
      const read = async () => {
        manners(false)
        await watching(server, SETTLE_S, watches)
        delaysOf(everyone)
        await watching(server, options.reading, watches)
        allReading.push(delaysOf(readers))
      }
      say(`${options.rounds} times ${options.reading} s with everybody reading, and then`)
      const stoppedS = (options.minutes * 60) / options.rounds
      say(`${round(stoppedS, 0)} s with ${stopped.length} that do not`)
      // A page comes back when it was closed; one that does not read has to be told.
      const timer = setInterval(() => {
        for (const listener of stopped) if (listener.isMute) listener.wasClosed()
      }, 8000)
      timers.push(timer)
      for (let i = 0; i < options.rounds; i++) {
        await read()
        manners(true)
        memory.push(...(await watching(server, stoppedS, watches)))
        someStopped.push(delaysOf(readers))
      }
      await read()

      const { firstMb, lastMb } = firstAndLastMb(memory)
      const { streaming } = (await server.health()) as { streaming: Streaming }
      const at = (share: number) => (delays: DelayHistogram) => delays.percentile(share)
      const delayed = (share: number) =>
        Math.abs(changeOfRounds(allReading.map(at(share)), someStopped.map(at(share))))
      return makeReport(
        'throttled',
        [
          atMost('in flight, throttled on pcm16', round(slow.pcm.watch.inFlightMs), 400, 'ms'),
          atMost('in flight, throttled that may take Opus', round(slow.opus.watch.inFlightMs), 400, 'ms'),
          atMost('memory of the server, change', round(Math.abs(lastMb - firstMb)), 5, 'MB'),
          atMost('the others’ delay, change of p50', round(delayed(0.5)), 0.99, 'ms'),
          atMost('the others’ delay, change of p99', round(delayed(0.99)), 0.99, 'ms'),
        ],
        [
          delayRow('delay, all reading', together(allReading)),
          delayRow('delay, some stopped', together(someStopped)),
          ...someStopped.map((during, i) => roundRow(i, during, allReading)),
          throttledRow('throttled, pcm16', slow.pcm),
          throttledRow('throttled, Opus', slow.opus),
          {
            row: 'stopped',
            listeners: stopped.length,
            closedSilent: streaming.silent ?? null,
            cameBack: stopped.reduce((sum, { closes }) => sum + (closes.get(CLOSE.silent) ?? 0), 0),
          },
          {
            row: 'server',
            memoryFirst: round(firstMb, 1),
            memoryLast: round(lastMb, 1),
            packetsSent: streaming.packetsSent,
            skippedInFlight: streaming.packetsSkipped.inFlight,
            skippedBacklog: streaming.packetsSkipped.backlog,
            stalled: streaming.stalled,
          },
        ],
      )
    } finally {
      for (const timer of timers) clearInterval(timer)
      for (const listener of everyone) listener.stop()
      for (const relay of relays) await relay.stop()
      for (const program of programs) await program.stop('SIGTERM')
    }
  },
})

interface Streaming {
  packetsSent: number
  packetsSkipped: { inFlight: number; backlog: number }
  stalled: number
  silent?: number
}

/** What the server says of one listener, now and at its worst. */
class Watch {
  readonly id: number
  inFlightMs = 0
  last: ListenerView | undefined

  constructor(id: number) {
    this.id = id
  }

  see(all: readonly ListenerView[]): void {
    this.last = all.find(({ id }) => id === this.id) ?? this.last
    if (this.last) this.inFlightMs = Math.max(this.inFlightMs, this.last.inFlightMs + this.last.baselineMs)
  }
}

/** Looks at the server four times a second for `seconds`; its memory each time, MB. */
async function watching(server: Backline, seconds: number, watches: readonly Watch[]): Promise<number[]> {
  const memory: number[] = []
  const from = performance.now()
  for (let i = 1; performance.now() - from < seconds * 1000; i++) {
    await wait(Math.max(0, from + i * 250 - performance.now()))
    memory.push(ownMb(server.pid))
    const views = await fetchListeners(server.url)
    for (const watch of watches) watch.see(views)
  }
  return memory
}

/** Of all of them together since the last time; they begin anew. */
function delaysOf(listeners: readonly CrowdListener[]): DelayHistogram {
  const all = together(listeners.map(({ delays }) => delays))
  for (const { delays } of listeners) delays.clear()
  return all
}

function together(parts: readonly DelayHistogram[]): DelayHistogram {
  const all = new DelayHistogram()
  for (const part of parts) all.merge(part)
  return all
}

function roundRow(i: number, during: DelayHistogram, allReading: readonly DelayHistogram[]): Row {
  const [before, after] = [allReading[i], allReading[i + 1]]
  const p = (delays: DelayHistogram | undefined, share: number) =>
    round(delays?.percentile(share) ?? Number.NaN)
  return {
    row: `round ${i + 1}`,
    p50Before: p(before, 0.5),
    p50Stopped: p(during, 0.5),
    p50After: p(after, 0.5),
    p99Before: p(before, 0.99),
    p99Stopped: p(during, 0.99),
    p99After: p(after, 0.99),
  }
}

function delayRow(row: string, delays: DelayHistogram): Row {
  return {
    row,
    packets: delays.count,
    p50Ms: round(delays.percentile(0.5)),
    p99Ms: round(delays.percentile(0.99)),
    p999Ms: round(delays.percentile(0.999)),
    maxMs: round(delays.maxMs),
  }
}

function throttledRow(row: string, { listener, watch }: { listener: CrowdListener; watch: Watch }): Row {
  return {
    row,
    rung: listener.rung,
    inFlightMaxMs: round(watch.inFlightMs),
    oldestHeardMs: round(listener.delays.maxMs),
    deliveredKbps: watch.last?.deliveredKbps ?? null,
    switches: watch.last?.switches ?? null,
    packetsSent: watch.last?.packetsSent ?? null,
    packetsSkipped: watch.last
      ? watch.last.packetsSkipped.inFlight + watch.last.packetsSkipped.backlog
      : null,
  }
}
