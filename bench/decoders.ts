// Q: which decodes the page's Opus sooner and at what cost: WebAssembly in the worker, as it does, or the browser's WebCodecs?
// Emulated: nothing but the arrival: a page of the product as built, in Chromium; in it a worker that is given packets of
//    5 ms made by the server's encoder, the chorus of the demo band. First as they would come, then all at once.
// Columns: firstMs: from asking for a decoder until the samples of the first packet, the decoder being loaded (WebCodecs:
//    configured) meanwhile; output: from decode() until the packet's samples are in the worker; call: what decode() keeps the
//    worker; cpuUs: CPU time per packet of the whole browser, less what the same worker takes that decodes nothing; batchUs:
//    wall-clock time per packet when all are given at once; frames: samples that came out; snrDb: against opus-decoder's.
//    Medians of the runs.
// Budgets: opus-decoder's output, p99, is no later than that of WebCodecs: else the choice is to be thought over.
import { OpusEncoder } from '../src/server/streaming/opus/opus-native.ts'
import { type OpusRung, rungNamed } from '../src/shared/rungs.ts'
import { MAX_OPUS_BYTES } from '../src/shared/wire/packet.ts'
import { openChromium } from '../test/studio/browser.ts'
import { startBackline } from '../test/studio/server.ts'
import { startStudio } from '../test/studio/studio.ts'
import { chorus } from './codec/sound.ts'
import type { Decoded } from './decoders/in-worker.ts'
import { DecodingPage } from './decoders/page.ts'
import { WAYS, type WayName } from './decoders/ways.ts'
import { defineBench, say } from './lib/bench.ts'
import { threadTimes } from './lib/cpu.ts'
import { atMost, makeReport, type Row } from './lib/report.ts'
import { median, percentile, round } from './lib/statistics.ts'

const PACKET_MS = 5

interface Run {
  paced: Decoded
  atOnce: Decoded
  /** Of the browser, per packet as they came. */
  cpuUs: number
}

export const bench = defineBench({
  name: 'decoders',
  question: 'Which decodes Opus sooner and at what cost: WebAssembly in the worker or WebCodecs?',
  options: {
    seconds: { fallback: 10, explain: 'of music, for each run' },
    runs: { fallback: 3, explain: 'of each, in turns' },
  },
  run: async ({ seconds, runs: count }) => {
    const packets = encode(seconds, rungNamed('opus-128') as OpusRung)
    const runs = new Map<WayName, Run[]>(WAYS.map((way) => [way, []]))
    const studio = await startStudio()
    try {
      const server = await startBackline({ studio, env: { CAPTURE: 'synth' } })
      const browser = await openChromium({ studio, url: server.url })
      const page = await DecodingPage.of(browser)
      const cpuMs = async () => {
        const times = threadTimes(await browser.pids())
        return times.reduce((sum, thread) => sum + thread.cpuMs, 0)
      }
      for (let i = 0; i < count; i++)
        for (const way of WAYS) {
          say(`${way}, run ${i + 1}`)
          const before = await cpuMs()
          const paced = await page.run({ way, packets, everyMs: PACKET_MS })
          const cpuUs = ((await cpuMs()) - before) * (1000 / packets.length)
          runs.get(way)?.push({ paced, atOnce: await page.run({ way, packets, everyMs: 0 }), cpuUs })
        }
      await browser.close()
      await server.stop()
    } finally {
      await studio.stop()
    }
    const of = (way: WayName) => runs.get(way) as Run[]
    const nothingUs = median(of('nothing').map(({ cpuUs }) => cpuUs))
    const reference = of('opus-decoder')[0]?.paced.left as Float32Array
    const rows = WAYS.slice(1).map((way) => wayRow(way, of(way), nothingUs, reference))
    const [wasm, webCodecs] = rows
    return makeReport(
      'decoders',
      [
        atMost(
          'output p99, opus-decoder / WebCodecs',
          round(Number(wasm?.['outputP99Ms']) / Number(webCodecs?.['outputP99Ms']), 3),
          1,
          '×',
        ),
      ],
      rows,
    )
  },
})

function wayRow(way: WayName, runs: readonly Run[], nothingUs: number, reference: Float32Array): Row {
  const middle = (of: (run: Run) => number, digits = 3) => round(median(runs.map(of)), digits)
  const packets = (run: Run) => run.paced.callMs.length
  return {
    way,
    packets: packets(runs[0] as Run),
    firstMs: middle(({ paced }) => paced.firstMs, 1),
    outputP50Ms: middle(({ paced }) => percentile(paced.outputMs, 0.5)),
    outputP99Ms: middle(({ paced }) => percentile(paced.outputMs, 0.99)),
    outputMaxMs: middle(({ paced }) => percentile(paced.outputMs, 1)),
    callP50Us: middle(({ paced }) => percentile(paced.callMs, 0.5) * 1000, 0),
    callP99Us: middle(({ paced }) => percentile(paced.callMs, 0.99) * 1000, 0),
    cpuUs: middle(({ cpuUs }) => cpuUs - nothingUs, 0),
    batchUs: middle((run) => (run.atOnce.allMs * 1000) / packets(run), 0),
    frames: middle(({ paced }) => paced.frames, 0),
    snrDb: middle(({ paced }) => snrDb(reference, paced.left), 1),
  }
}

/** Of what came out at the same place; Infinity: the same. */
function snrDb(reference: Float32Array, other: Float32Array): number {
  let [signal, error] = [0, 0]
  for (let i = 0; i < Math.min(reference.length, other.length); i++) {
    signal += (reference[i] as number) ** 2
    error += ((reference[i] as number) - (other[i] as number)) ** 2
  }
  return Math.min(120, 10 * Math.log10(signal / error))
}

function encode(seconds: number, rung: OpusRung): Uint8Array[] {
  const sound = chorus(seconds, 48_000)
  const encoder = new OpusEncoder(rung)
  const out = new Uint8Array(3 * (MAX_OPUS_BYTES + 1))
  const packets: Uint8Array[] = []
  for (let from = 0; from + encoder.frames <= sound.length / 2; from += encoder.frames) {
    encoder.fill(sound, from, encoder.frames, 0)
    packets.push(out.slice(0, encoder.encode(out, 0)))
  }
  encoder.free()
  return packets
}
