// The room in virtual time: its budgets and rows.
import { say } from '../lib/bench.ts'
import { atMost, type Budget, type Row } from '../lib/report.ts'
import { round } from '../lib/statistics.ts'
import type { RoomFigures } from '../sim/room/figures.ts'
import { runScene, SCENES, type SceneName } from '../sim/room/scenes.ts'

export interface SimulatedOptions {
  listeners: number
  minutes: number
  seed: number
  /** One of SCENES, else all. */
  room: string
}

interface Scene {
  name: SceneName
  figures: RoomFigures
}

/** Throws on a room there is not. */
export function simulate({ listeners, minutes, seed, room }: SimulatedOptions): {
  budgets: Budget[]
  rows: Row[]
} {
  const names = SCENES.filter((name) => !room || name === room)
  if (names.length === 0) throw new Error(`no room "${room}"`)
  const scenes = names.map((name) => {
    const from = performance.now()
    const figures = runScene({ name, listeners, minutes, seed })
    say(`${name}: ${round((performance.now() - from) / 1000)} s`)
    return { name, figures }
  })
  return { budgets: scenes.flatMap((scene) => budgetsOf(scene, scenes)), rows: scenes.map(row) }
}

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
