// Q: how far apart do the listeners of a room hear the same position, how soon are they in step, and what does it take?
// Emulated: N listeners in virtual time (sim/room): clocks within ±100 ppm, devices within ±100 ppm of those, callbacks of 128 to
//    512 frames, outputs of 5 to 30 ms, LAN and Wi-Fi; probes, estimate, room line and playout are the page's own code, the
//    decisions the server's. Exactly repeatable.
// Rows: one per room. wired: all on a LAN; mixed: half on Wi-Fi, and one more; stalls: that one stands still for 500 ms every
//    4 s (it is in neither's figures, and must not change the others'); moved: the delay goes up by 50 ms and back. skew: of all pairs, from
//    30 s after joining; lock: from joining to within 1 ms of the line; slew: the most a rate was bent beyond its mean.
import { defineBench, say } from './lib/bench.ts'
import { atMost, type Budget, makeReport, type Row } from './lib/report.ts'
import { round } from './lib/statistics.ts'
import type { RoomFigures } from './sim/room/figures.ts'
import { runScene, SCENES, type SceneName } from './sim/room/scenes.ts'

interface Scene {
  name: SceneName
  figures: RoomFigures
}

export const bench = defineBench({
  name: 'sync',
  question: 'How far apart do the listeners of a room hear the same position?',
  options: {
    listeners: { fallback: 50, explain: 'in the room' },
    minutes: { fallback: 5, explain: 'of virtual time per room' },
    seed: { fallback: 1, explain: 'which listeners' },
    room: { fallback: '', explain: `one of ${SCENES.join(', ')}; else all` },
  },
  async run({ listeners, minutes, seed, room }) {
    const names = SCENES.filter((name) => !room || name === room)
    if (names.length === 0) throw new Error(`no room "${room}"`)
    const scenes = names.map((name) => {
      const from = performance.now()
      const figures = runScene({ name, listeners, minutes, seed })
      say(`${name}: ${round((performance.now() - from) / 1000)} s`)
      return { name, figures }
    })
    return makeReport(
      'sync',
      scenes.flatMap((scene) => budgetsOf(scene, scenes)),
      scenes.map(row),
    )
  },
})

function budgetsOf({ name, figures }: Scene, scenes: readonly Scene[]): Budget[] {
  const mixed = scenes.find((scene) => scene.name === 'mixed')?.figures
  const delayMs = name === 'wired' ? 80 : 150
  return [
    atMost(`${name}: skew p99`, round(figures.skewP99Ms, 3), name === 'moved' ? 1 : 0.5, 'ms'),
    atMost(`${name}: skew max`, round(figures.skewMaxMs, 3), name === 'moved' ? 1 : 3, 'ms'),
    atMost(`${name}: resyncs after lock`, figures.resyncs, 0, 'times'),
    atMost(`${name}: slew after lock`, round(figures.slewPpm, 0), 200, 'ppm'),
    ...(name === 'wired' ? [atMost(`${name}: lock`, figures.lockS, 3, 's')] : []),
    ...(name === 'moved' ? [] : [atMost(`${name}: delay`, round(figures.delayMaxMs, 1), delayMs, 'ms')]),
    ...(name === 'stalls' && mixed
      ? [atMost('stalls: delay beyond mixed', round(figures.delayMaxMs - mixed.delayMaxMs, 1), 1, 'ms')]
      : []),
  ]
}

function row({ name, figures }: Scene): Row {
  return {
    room: name,
    skewP50Ms: round(figures.skewP50Ms, 3),
    skewP95Ms: round(figures.skewP95Ms, 3),
    skewP99Ms: round(figures.skewP99Ms, 3),
    skewMaxMs: round(figures.skewMaxMs, 3),
    lockMedianS: figures.lockMedianS,
    lockS: figures.lockS,
    resyncs: figures.resyncs,
    slewPpm: round(figures.slewPpm, 0),
    episodes: figures.episodes,
    delayMs: round(figures.delayMs, 1),
    delayMaxMs: round(figures.delayMaxMs, 1),
  }
}
