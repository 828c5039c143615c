// Q: what goes wrong, how soon is there sound again, and what does it leave behind?
// Emulated: what test/chaos does to the built server, which the tests do once each (test/system/chaos-*): kill −9 of child and server in
//    every phase, a cable that is pulled and put back (in the virtual studio, whose node is taken out of its graph), processes that
//    stand still for 2 s, a clock that is set, a full disk, strangers at the port and at the one that speaks TLS, 200 who come back.
//    Listeners have no browser, come back by the page's own connection, and know sound from silence.
// Budgets: sound within 2 s of the end of its cause, for whoever listens, each time; nothing left over, no cause that fails.
// Rows: n times (each round, each listener), ms from the end of the cause to sound that was captured after it: of a kill or a stranger
//    from then, of a server from when the next one plays, of the cable from when the instrument is there (to its first block). left: kinds of
//    processes, descriptors, timers, sockets and saved files of which the server has more than before, 40 s later at most.
//    failed: rounds in which something was broken on the way; rig: rounds again because the studio's sound server crashed.
import { PLAYS } from '../test/chaos/plays.ts'
import { endServers } from '../test/chaos/server.ts'
import { type Outcome, playRounds } from './chaos/rounds.ts'
import { defineBench } from './lib/bench.ts'
import { atMost, makeReport } from './lib/report.ts'
import { median, percentile, round } from './lib/statistics.ts'

const LIMIT_MS = 2000

export const bench = defineBench({
  name: 'chaos',
  question: 'What goes wrong, how soon is there sound again, and what does it leave behind?',
  options: {
    rounds: { fallback: 3, explain: 'of everything' },
    only: { fallback: '', explain: 'causes that have one of these in their names, e.g. unplugged,killed' },
  },
  async run({ rounds, only }) {
    const words = only.split(',').filter(Boolean)
    const isWanted = (name: string) => words.length === 0 || words.some((word) => name.includes(word))
    const outcomes: Outcome[] = []
    try {
      for (const play of PLAYS) outcomes.push(...(await playRounds(play, rounds, isWanted)))
    } finally {
      await endServers()
    }
    if (outcomes.length === 0)
      throw new Error(`--only ${only}: there are ${PLAYS.flatMap(({ names }) => names).join('; ')}`)
    const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((all, outcome) => all + of(outcome), 0)
    return makeReport(
      'chaos',
      [
        ...outcomes.map(({ name, timesMs }) =>
          atMost(name, round(percentile(timesMs, 1), 0), LIMIT_MS, 'ms'),
        ),
        atMost(
          'left over, all together',
          sum(({ left }) => left.length),
          0,
          '',
        ),
        atMost(
          'failed',
          sum(({ failed }) => failed),
          0,
          '',
        ),
      ],
      outcomes.map(({ name, timesMs, left, failed, rig }) => ({
        cause: name,
        n: timesMs.length,
        minMs: round(percentile(timesMs, 0), 0),
        p50Ms: round(median(timesMs), 0),
        maxMs: round(percentile(timesMs, 1), 0),
        left: left.length === 0 ? 0 : left.join(', '),
        failed,
        rig,
      })),
    )
  },
})
