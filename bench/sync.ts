// Q: how far apart do the listeners of a room hear the same position, how soon are they in step, and what does it take?
// Emulated: N listeners in virtual time (sim/room): clocks within ±100 ppm, devices within ±100 ppm of those, callbacks of 128 to
//    512 frames, outputs of 5 to 30 ms, LAN and Wi-Fi; probes, estimate, room line and playout are the page's own code, the
//    decisions the server's. Exactly repeatable. With --pages: real browsers in the virtual studio instead, each at speakers of
//    its own, mode together, over the loopback; all speakers and the instrument are in one recording.
// Budgets of pages: skew p95 ≤ 1 ms between pages of one engine, ≤ 3 ms across engines, those calibrated.
// Rows: one per room. wired: all on a LAN; mixed: half on Wi-Fi, and one more; stalls: that one stands still for 500 ms every
//    4 s (it is in neither's figures, and must not change the others'); moved: the delay goes up by 50 ms and back. skew: of all pairs, from
//    30 s after joining; lock: from joining to within 1 ms of the line; slew: the most a rate was bent beyond its mean.
// Rows of pages: pair (skew by ear without its sign, of each chirp; mean and median signed, positive: the second was later), page
//    (lock: from Listen to within 1 ms for a second; heard: from instrument to speakers, median; claimed: its own driftMs, unsigned;
//    trim: what the calibration set; episodes, resyncs: while it was heard), machine (moments at which all of it stood still).
import { defineBench } from './lib/bench.ts'
import { makeReport } from './lib/report.ts'
import { SCENES } from './sim/room/scenes.ts'
import { enginesNamed, hearPages } from './sync/pages.ts'
import { judgePages } from './sync/rows.ts'
import { simulate } from './sync/simulated.ts'

export const bench = defineBench({
  name: 'sync',
  question: 'How far apart do the listeners of a room hear the same position?',
  options: {
    listeners: { fallback: 50, explain: 'in the simulated room' },
    minutes: { fallback: 5, explain: 'of virtual time per room' },
    seed: { fallback: 1, explain: 'which listeners' },
    room: { fallback: '', explain: `one of ${SCENES.join(', ')}; else all` },
    pages: { fallback: 0, explain: 'real pages instead of the simulator, 2 to 4' },
    engines: { fallback: 'chromium', explain: 'of the pages, by comma; the last for all further' },
    seconds: { fallback: 600, explain: 'in which the pages are heard' },
    move: { fallback: false, explain: "the pages' delay goes up by 50 ms after a third, and back after two" },
    calibrate: { fallback: false, explain: 'set trims by ear first; done anyway across engines' },
  },
  async run({ pages, engines: list, seconds, move, calibrate, ...simulated }) {
    if (pages === 0) {
      const { budgets, rows } = simulate(simulated)
      return makeReport('sync', budgets, rows)
    }
    if (!(pages >= 2 && pages <= 4)) throw new Error('--pages: 2 to 4')
    const engines = enginesNamed(list, pages)
    const across = new Set(engines).size > 1
    const { budgets, rows } = judgePages(
      await hearPages({ engines, seconds, move, calibrate: calibrate || across }),
    )
    return makeReport('sync', budgets, rows)
  },
})
