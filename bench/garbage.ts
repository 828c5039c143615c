// Q: does the playout engine make garbage while it plays? Whatever it leaves in the audio thread, a collector stops
//    that thread to take away.
// Emulated: bench/lib/engine.ts, once with each resampler kernel, after the compiler has settled: what an engine is
//    given (four-quantum callbacks, a full ring, a line written before each) and nothing around it; then in a group, and
//    waiting for what a group hears that has not come; then with a packet lost and a stall every 4 s, so that holes are
//    concealed, the target moves and is gone back for. Each in a process of its own, as a page has only one kernel: code
//    that has met both makes objects in every loop's first round.
//    With --page instead: the audio worklet of a page that plays in Chromium in the studio, 20 s after it began; and,
//    beside it, all of a worklet that does nothing but read the clock.
// Budget: nothing from the entry on down: below 0.1 byte per quantum. Noise: a number object is 16 bytes in Node (12 in
//    Chromium) and one byte in 128 is sampled, so one in 160 quanta is over budget, and seen 400 times in half a million.
//    In the page Date.now() alone makes 12: the worklet has no other clock. Rough: 1; what runs twice in 4 s is never
//    compiled, and uncompiled code makes an object of every fraction; so does what is thrown away and compiled anew, 20 to
//    200 kB, whenever the compiler finds a moment. That comes once: the middle of three counts is what an hour is made of.
// Columns: bytes per quantum, and the function (with what the compiler put into it) that allocated them; in the page
//    their names are the build's short ones.
import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { listen, openChromium, pageStats } from '../test/studio/browser.ts'
import { instrumentEnv } from '../test/studio/instrument.ts'
import { startBackline } from '../test/studio/server.ts'
import { startStudio } from '../test/studio/studio.ts'
import { defineBench } from './lib/bench.ts'
import { KERNELS, type KernelName, playingEngine, type Weather } from './lib/engine.ts'
import { allocations, total, under } from './lib/garbage.ts'
import { atMost, makeReport, type Report } from './lib/report.ts'
import { round } from './lib/statistics.ts'
import { workletFloor } from './lib/worklet-floor.ts'
import { WorkletHeap } from './lib/worklet-heap.ts'

/** Twice. In rough weather much runs seldom, and what runs seldom is compiled late. */
const SETTLE_QUANTA: Record<Weather, number> = { smooth: 60_000, room: 60_000, stuck: 60_000, rough: 120_000 }
const FLOOR_SETTLE_MS = 5000
const LIMIT_BYTES = { smooth: 0.1, room: 0.1, stuck: 0.1, rough: 1, page: 12.1 }
const COUNTS = 3
/** With each kernel one in so many of all quanta is counted. */
const ONE_IN: Record<Weather, number> = { smooth: 2, room: 4, stuck: 4, rough: 8 }

/** Bytes by the function that allocated them. */
interface Found {
  where: string
  limitBytes: number
  quanta: number
  bytes: Map<string, number>
}

export const bench = defineBench({
  name: 'garbage',
  question: 'Does the playout engine make garbage while it plays?',
  options: {
    quanta: {
      fallback: 1_000_000,
      explain:
        'over which allocation is counted, half with each kernel; room, stuck: half as many; rough: a quarter',
    },
    kernel: { fallback: 'each', explain: `one of ${Object.keys(KERNELS).join(', ')}: in this process` },
    weather: { fallback: 'smooth', explain: `with --kernel: one of ${Object.keys(ONE_IN).join(', ')}` },
    page: { fallback: false, explain: 'the worklet of a real page instead' },
    seconds: { fallback: 20, explain: 'with --page: how long' },
  },
  run: async ({ quanta, kernel, weather, page, seconds }) => {
    if (page) {
      const { engine, floor } = await inPage(seconds)
      return report([engine], [floor])
    }
    if (kernel === 'each') return ofEach(quanta)
    if (!isKernel(kernel)) throw new Error(`there is no kernel "${kernel}"`)
    if (!isWeather(weather)) throw new Error(`there is no weather "${weather}"`)
    // Math.trunc: to the compiler what a division gives is no small integer, and it would make the loop's code anew.
    return report([await inEngine(kernel, weather, Math.trunc(quanta / ONE_IN[weather]))])
  },
})

function isKernel(name: string): name is KernelName {
  return Object.hasOwn(KERNELS, name)
}

function isWeather(name: string): name is Weather {
  return Object.hasOwn(ONE_IN, name)
}

/** Each pair of kernel and weather in a process of its own, two of them at a time: what is counted is no time. */
async function ofEach(quanta: number): Promise<Report> {
  const self = [...process.execArgv, ...process.argv.slice(1, 2), 'garbage', '--quanta', String(quanta)]
  const ofOne = async (kernel: string, weather: string) => {
    const { stdout } = await run(process.execPath, [
      ...self,
      '--kernel',
      kernel,
      '--weather',
      weather,
      '--json',
    ])
    return JSON.parse(stdout) as Report
  }
  const reports: Report[] = []
  for (const weather of Object.keys(ONE_IN))
    reports.push(...(await Promise.all(Object.keys(KERNELS).map((kernel) => ofOne(kernel, weather)))))
  return makeReport(
    'garbage',
    reports.flatMap(({ budgets }) => budgets),
    reports.flatMap(({ rows }) => rows),
  )
}

/** What it prints; 1 is how a bench ends that is over its budget. */
function run(command: string, args: string[]): Promise<{ stdout: string }> {
  return promisify(execFile)(command, args).catch((error: { code?: unknown; stdout: string }) => {
    if (error.code !== 1 || error.stdout === '') throw error
    return error
  })
}

/** The entry is `render`: what drives it here does not count. */
async function inEngine(kernel: KernelName, weather: Weather, quanta: number): Promise<Found> {
  const play = playingEngine(kernel, weather)
  play(SETTLE_QUANTA[weather])
  // Being counted for the first time has the compiler make some code anew: 25 kB, and that settles as well.
  await allocations('render', () => play(SETTLE_QUANTA[weather]))
  const each = Math.trunc(quanta / COUNTS)
  const counts: Map<string, number>[] = []
  for (let i = 0; i < COUNTS; i++) counts.push(await allocations('render', () => play(each)))
  const bytes = counts.sort((a, b) => sumOf(a) - sumOf(b))[COUNTS >> 1] as Map<string, number>
  return { where: `${kernel}, ${weather}`, limitBytes: LIMIT_BYTES[weather], quanta: each, bytes }
}

function sumOf(bytes: ReadonlyMap<string, number>): number {
  return [...bytes.values()].reduce((sum, one) => sum + one, 0)
}

/** The entry is the processor's `process`; of the floor everything counts, also what no script has called for. */
async function inPage(seconds: number): Promise<{ engine: Found; floor: Found }> {
  const studio = await startStudio()
  try {
    const server = await startBackline({ studio, env: instrumentEnv() })
    const browser = await openChromium({ studio, url: server.url })
    await listen(browser)
    const heap = await WorkletHeap.of(browser.page)
    await sleep(20_000)
    const head = await heap.sample(() => sleep(seconds * 1000))
    const rateHz = Number(await browser.page.evaluate('new AudioContext().sampleRate'))
    if ((await pageStats(browser)).state !== 'playing') throw new Error('the page did not play to the end')
    const settle = () => sleep(FLOOR_SETTLE_MS)
    const chromium = browser.page.context().browser()
    if (!chromium) throw new Error('the page is of no browser')
    const floor = await workletFloor(chromium, `${server.url}/health`, settle, () => sleep(seconds * 1000))
    await browser.close()
    await server.stop()
    const quanta = (seconds * rateHz) / 128
    const bytes = new Map([['everything', total(floor)]])
    return {
      engine: { where: 'page', limitBytes: LIMIT_BYTES.page, quanta, bytes: under('process', head) },
      floor: { where: 'a worklet that reads the clock', limitBytes: LIMIT_BYTES.page, quanta, bytes },
    }
  } finally {
    await studio.stop()
  }
}

/** `beside`: shown, not judged. */
function report(all: Found[], beside: Found[] = []): Report {
  return makeReport(
    'garbage',
    all.map(({ where, limitBytes, quanta, bytes }) =>
      atMost(`per quantum, ${where}`, round(sumOf(bytes) / quanta, 3), limitBytes, 'bytes'),
    ),
    [...all, ...beside].flatMap(({ where, quanta, bytes }) =>
      [...bytes]
        .sort(([, a], [, b]) => b - a)
        .map(([by, some]) => ({ where, by, bytesPerQuantum: round(some / quanta, 3) })),
    ),
  )
}
