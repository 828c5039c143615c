// Q: what does each Opus rung cost, how good is it, and which complexity is worth its time?
// Emulated: the chorus of the demo band at 48 kHz, encoded by the server's encoder and decoded by the page's decoder,
//    both as WebAssembly, in this process; then the whole way of PCM packets of 128 frames at 44.1 kHz in real time.
// Columns: time per packet; CPU time as % of a core; error in critical bands (every band and every 21 ms alike) and
//    plain SNR, both against the original at its place, what is below 3 Hz aside; real bit rate;
//    the largest packet against the mean one.
//    "vbr" is constrained VBR at the chosen complexity. Loop: how long a PCM packet keeps the loop that pushes it, all
//    four rungs encoded in it or in the worker, and what share of its time that loop is busy, the bench included.
// Budgets: the chosen complexity takes ≤ 2 % of a core for every rung; a PCM packet keeps the server's loop ≤ 1 ms, p99,
//    as everything that is done there.

import { type OpusTuning, opusTuning } from '../src/server/streaming/opus/opus-native.ts'
import { type OpusRung, RUNGS, type Rung } from '../src/shared/rungs.ts'
import { idle, inLoop, inWorker, type LoopCost } from './codec/loop-cost.ts'
import { type RungRun, runRung } from './codec/rung-run.ts'
import { chorus } from './codec/sound.ts'
import { defineBench, say } from './lib/bench.ts'
import { atMost, makeReport, type Row } from './lib/report.ts'
import { percentile, round } from './lib/statistics.ts'

const isOpus = (rung: Rung): rung is OpusRung => rung.codec === 'opus'
const RUNGS_MEASURED = RUNGS.filter(isOpus)

export const bench = defineBench({
  name: 'codec',
  question: 'What does each Opus rung cost, how good is it, and which complexity is worth its time?',
  options: {
    seconds: { fallback: 15, explain: 'of music for each rung and complexity' },
    loop: { fallback: 8, explain: 'seconds in real time for each way of encoding' },
  },
  run: async ({ seconds, loop }) => {
    say('the band plays up to its chorus…')
    const sound = chorus(seconds, 48_000)
    const rows: Row[] = []
    const chosen = new Map<OpusRung, RungRun>()
    for (const rung of RUNGS_MEASURED) {
      say(rung.name)
      const best = opusTuning(rung)
      await runRung(sound, rung, best) // until the compiler has settled
      for (let complexity = 0; complexity <= 10; complexity++) {
        const run = await runRung(sound, rung, { complexity, vbr: false })
        if (complexity === best.complexity) chosen.set(rung, run)
        rows.push(rungRow(rung, { complexity, vbr: false }, run))
      }
      const vbr = { ...best, vbr: true }
      rows.push(rungRow(rung, vbr, await runRung(sound, rung, vbr)))
    }
    say('in real time…')
    const loops: [string, LoopCost][] = [
      ['nothing', await idle(sound, loop)],
      ['in the loop', await inLoop(sound, RUNGS_MEASURED, loop)],
      ['in the worker', await inWorker(sound, RUNGS_MEASURED, loop)],
    ]
    const worker = loops[2]?.[1] as LoopCost
    return makeReport(
      'codec',
      [
        ...[...chosen].map(([rung, { corePercent }]) =>
          atMost(
            `${rung.name}, complexity ${opusTuning(rung).complexity}`,
            round(corePercent),
            2,
            '% of a core',
          ),
        ),
        atMost(
          'a PCM packet keeps the loop, p99',
          round(percentile(worker.packetUs, 0.99) / 1000, 3),
          1,
          'ms',
        ),
      ],
      [...rows, ...loops.map(([encoding, cost]) => loopRow(encoding, cost))],
    )
  },
})

function rungRow({ name }: OpusRung, { complexity, vbr }: OpusTuning, run: RungRun): Row {
  return {
    rung: name,
    complexity: vbr ? `${complexity} vbr` : complexity,
    encodeP50Us: round(percentile(run.encodeUs, 0.5), 0),
    encodeP99Us: round(percentile(run.encodeUs, 0.99), 0),
    corePercent: round(run.corePercent),
    decodeP50Us: round(percentile(run.decodeUs, 0.5), 0),
    decodeP99Us: round(percentile(run.decodeUs, 0.99), 0),
    bandErrorDb: round(run.errorDb, 1),
    snrDb: round(run.snrDb, 1),
    kbitPerS: round(run.bitsPerSecond / 1000, 1),
    largest: round(run.largest),
  }
}

function loopRow(encoding: string, { packetUs, loopPercent }: LoopCost): Row {
  return {
    encoding,
    packetP50Us: round(percentile(packetUs, 0.5), 0),
    packetP99Us: round(percentile(packetUs, 0.99), 0),
    packetMaxUs: round(percentile(packetUs, 1), 0),
    loopPercent: round(loopPercent),
  }
}
