// Q: how long does the instrument take to the listener's speakers, does anything happen to the sound on the way,
//    and what does it cost?
// Emulated: one machine, one clock, no network; the device is a sink's monitor read through ALSA and PortAudio.
//    Everything else is the product: server as built, page as built, the distribution's browser.
// Budgets: latency p50 ≤ 30 ms in Chromium, 45 in Firefox, 90 in WebKit, and below what the same browser needs to monitor the input by itself; own glitches 0;
//    capture child + server ≤ 8 % of a core and ≤ 150 MB (pages both use counted once); no callback of the audio device missed.
//    The page's own estimate of the latency ≤ 5 ms from the p50 in Chromium, elsewhere no further than it says itself.
//    With --link: latency p50 ≤ 90 ms above that of the same run without the link, own glitches ≤ 20 an hour instead.
// Rows: latency (ms; heard = chirps recognised of those played), tone (episodes by cause: rig = heard on the
//    instrument's channel too, or at the same instant in a tone that goes the same way without a browser, machine = within 120 ms of a stall of the machine, captured = sent so: lost before the
//    capture was given it, whether the device said so or not, own = ours; with Opus what is more than the codec does to the tone anyway), cost (per cent of one core, MB, the witness of what was sent included; others = what
//    the rest of the machine used meanwhile), thread (of the browser), page (its own account), source and server (counters
//    of /health: gaps and overflows are the device's), link (packets to the page).
import { type Engine, pageStats } from '../test/studio/browser.ts'
import type { LatencyMs } from '../web/player/output/latency-meter.ts'
import { defineBench, say } from './lib/bench.ts'
import { whileMonitoring } from './lib/get-user-media.ts'
import { hearChirpedTone, hearChirps, type LatencyResult } from './lib/hear.ts'
import { type Load, watchLoad } from './lib/load.ts'
import { hearNotes, type NotesResult } from './lib/midi.ts'
import { linkBudgets, linkRow } from './lib/over-link.ts'
import { atMost, atMostIfKnown, type Budget, makeReport, type Row } from './lib/report.ts'
import { browserArgs, RIG_OPTIONS, type Rig, withRig } from './lib/rig.ts'
import { round } from './lib/statistics.ts'

/** What the page says is the mean of 10 s; it is asked so often, and the median counts. */
const ESTIMATE_EVERY_MS = 5000
/** For what is compared with: the browser by itself, the path without the link. */
const COMPARED_CHIRPS = 30

/** What the engine's own callbacks leave room for. */
const LATENCY_BUDGET_MS: Record<Engine, number> = { chromium: 30, firefox: 45, webkit: 90 }

export const bench = defineBench({
  name: 'e2e',
  question: 'How late, how clean and at what cost does the instrument reach the speakers?',
  options: {
    ...RIG_OPTIONS,
    seconds: { fallback: 60, explain: 'of steady tone in which glitches are counted' },
    chirps: {
      fallback: 0,
      explain: 'by which latency is measured, spread over the tone; 0: one every two seconds',
    },
    midi: { fallback: false, explain: 'also play notes on a real synthesiser (fluidsynth)' },
    'no-monitor': { fallback: false, explain: 'leave out the browser monitoring the input itself' },
  },
  run: (options) =>
    withRig(options, async (rig) => {
      const chirps = options.chirps || Math.max(2, Math.round(options.seconds / 2))
      say(`${options.seconds} s of tone, ${chirps} chirps`)
      const { latency, tone, load, estimates } = await listenFor(rig, options.seconds, chirps)
      const estimate = middle(estimates)
      say(`p50 ${round(latency.p50)} ms`)
      const notes = options.midi ? await hearNotes(rig.studio) : undefined
      const page = await pageStats(rig)
      const { source, streaming } = (await rig.server.health()) as unknown as Health
      for (const complaint of await rig.complaints()) say(`the page says: ${complaint}`)
      const overLink = await rig.link?.counters()
      const device = overLink && (await rig.withoutLink(() => hearChirps(rig.studio, COMPARED_CHIRPS)))
      await rig.closePath()
      // What a browser does by itself has nothing to do with a network.
      const direct =
        options['no-monitor'] || device
          ? undefined
          : await whileMonitoring(rig.studio, rig.engine, browserArgs(options), () => {
              say('the browser by itself')
              return hearChirps(rig.studio, COMPARED_CHIRPS, 2)
            })

      for (const episode of tone.own) say(`own glitch: ${JSON.stringify(episode)}`)
      const budgets: Budget[] = [
        ...(device
          ? linkBudgets(latency, device, tone)
          : [
              atMost('latency p50', round(latency.p50), LATENCY_BUDGET_MS[rig.engine], 'ms'),
              estimateBudget(estimate, latency.p50, rig.engine),
              atMost('own glitches', tone.own.length, 0, 'episodes'),
            ]),
        atMost('chirps not heard', latency.played - latency.heard, 0, 'chirps'),
        ...(direct
          ? [atMost('latency p50 / getUserMedia', round(latency.p50 / direct.p50, 3), 0.999, '×')]
          : []),
        ...(notes ? [atMost('notes not heard', notes.played - notes.heard, 0, 'notes')] : []),
        atMost('CPU, child + server', round(load.childCpu + load.serverCpu), 8, '% of a core'),
        atMost('memory, child + server', round(load.togetherMb, 1), 150, 'MB'),
        atMostIfKnown('missed device callbacks', page.device.underruns, 0, 'callbacks'),
      ]
      const rows: Row[] = [
        latencyRow('backline', latency),
        ...(device && overLink
          ? [latencyRow('without the link', device), linkRow(options.link, options.profile, overLink)]
          : []),
        ...(direct ? [latencyRow('getUserMedia', direct)] : []),
        ...(notes ? noteRows(notes) : []),
        {
          row: 'tone',
          rung: page.rung,
          seconds: round(tone.seconds, 1),
          rig: tone.rig.length,
          machine: tone.machine.length,
          captured: tone.captured.length,
          own: tone.own.length,
          stalls: tone.stalls,
          worstStallMs: round(tone.worstStallMs),
          stallMonitor: tone.stallMonitor,
        },
        ...loadRows(load),
        { row: 'source', ...source.counters },
        {
          row: 'server',
          packetsSent: streaming.packetsSent,
          packetsSkipped: streaming.packetsSkipped.inFlight + streaming.packetsSkipped.backlog,
          stalled: streaming.stalled,
        },
        {
          row: 'page',
          estimateMs: roundKnown(estimate.total),
          estimateErrorMs: roundKnown(estimate.errorMs),
          outputMs: roundKnown(estimate.output),
          targetMs: roundKnown(page.targetMs),
          bufferMs: roundKnown(page.bufferMs),
          ppm: roundKnown(page.ppm),
          underruns: page.underruns.episodes,
          concealedMs: round(page.underruns.concealedMs),
          resyncs: page.resyncs,
          late: page.packets.late,
          missing: page.packets.missing,
          deviceUnderruns: page.device.underruns,
        },
      ]
      return makeReport('e2e', budgets, rows)
    }),
})

/** A page that says it knows only a part of the way has not estimated anything. */
function estimateBudget({ total, errorMs }: LatencyMs, p50Ms: number, engine: Engine): Budget {
  const offMs = total === null || errorMs === null ? null : Math.abs(total - p50Ms)
  const limitMs = engine === 'chromium' ? 5 : (errorMs ?? 0)
  const [name, limit] = ["page's estimate off by", round(limitMs)]
  if (engine === 'chromium') return atMost(name, round(offMs ?? Number.NaN), limit, 'ms')
  return atMostIfKnown(name, roundKnown(offMs), limit, 'ms')
}

/** Of what /health says, the part that tells a fault of the capture from one of the playout. */
interface Health {
  source: { counters?: Record<string, number> }
  streaming: { packetsSent: number; packetsSkipped: Record<'inFlight' | 'backlog', number>; stalled: number }
}

async function listenFor(rig: Rig, seconds: number, chirps: number) {
  let load: Load | undefined
  const estimates: LatencyMs[] = []
  const pids = { child: rig.server.childPid(), server: rig.server.pid, browser: await rig.pids() }
  const heard = await hearChirpedTone(
    { studio: rig.studio, serverUrl: rig.server.url, rung: async () => (await pageStats(rig)).rung },
    seconds,
    chirps,
    async () => {
      const watching = watchLoad(pids, Math.max(1, seconds - 2))
      const tellAgain = setInterval(() => void tell().catch(() => {}), ESTIMATE_EVERY_MS) // a missed one costs nothing
      const tell = async () => estimates.push((await pageStats(rig)).latencyMs)
      load = await watching.finally(() => clearInterval(tellAgain))
      await tell()
    },
  )
  if (!load) throw new Error('the load was not measured')
  return { ...heard, load, estimates }
}

/** The one with the median total; one that has none comes first. */
function middle(estimates: readonly LatencyMs[]): LatencyMs {
  const sorted = [...estimates].sort((a, b) => (a.total ?? 0) - (b.total ?? 0))
  return sorted[sorted.length >> 1] as LatencyMs
}

function latencyRow(path: string, latency: LatencyResult): Row {
  const { min, p50, p95, p99, max, heard, played, confidence } = latency
  return {
    row: `latency ${path}`,
    heard: `${heard}/${played}`,
    minMs: round(min),
    p50Ms: round(p50),
    p95Ms: round(p95),
    p99Ms: round(p99),
    maxMs: round(max),
    confidence: round(confidence, 3),
  }
}

function loadRows(load: Load): Row[] {
  const cost = (what: string, cpu: number, rssMb?: number): Row => ({
    row: `cost ${what}`,
    cpuPercent: round(cpu),
    ...(rssMb === undefined ? {} : { rssMb: round(rssMb, 1) }),
  })
  return [
    cost('capture child', load.childCpu, load.childRssMb),
    cost('server', load.serverCpu, load.serverRssMb),
    cost('browser', load.browserCpu),
    cost('others', load.othersCpu),
    ...[...load.browserThreads].map(([comm, cpu]) => cost(`thread ${comm}`, cpu)),
  ]
}

function noteRows({ path, synth, heard, played }: NotesResult): Row[] {
  const row = (name: string, values: NotesResult['path']): Row => ({
    row: name,
    heard: `${heard}/${played}`,
    minMs: round(values.min),
    p50Ms: round(values.p50),
    p95Ms: round(values.p95),
    p99Ms: round(values.p99),
    maxMs: round(values.max),
  })
  return [row('note: synth to speakers', path), row('note: note-on to synth output', synth)]
}

function roundKnown(value: number | null): number | null {
  return value === null ? null : round(value)
}
