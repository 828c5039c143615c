import { SCHEDULE_LEAD_MS } from '../../shared/wire/room-schema.ts'
import { Group, type Scene } from './group.ts'
import type { RoomSettings } from './room-settings.ts'

/** No room plays together in less, ms. */
const LEAST_DELAY_MS = 20
const SHORTEST_HOLD_MS = 1000
const LONGEST_HOLD_MS = 60_000

export interface Groups {
  together: Group
  steady: Group
}

/** Those in which somebody hears the stream at `atUs`, server clock; together, when nobody does. */
export function heardIn({ together, steady }: Groups, scene: Scene, atUs: number): Group[] {
  const heard = [together, steady].filter(
    (group) => group.size > 0 && group.timeline.hears(atUs, group.stage(scene)),
  )
  return heard.length > 0 ? heard : [together]
}

/** How far back a seek can go at present, ms: all groups go, so it is as far as the one that can least. */
export function seekableMs(groups: Groups, scene: Scene): number {
  // A group that will hear the stream by the time a wish is heard has a say in it.
  const heard = heardIn(groups, scene, scene.nowUs + SCHEDULE_LEAD_MS * 1000)
  return Math.min(...heard.map((group) => group.timeline.seekableMs(group.stage(scene))))
}

/** The two groups of a room. */
export function makeGroups(settings: RoomSettings): Groups {
  const { toleranceMs, resyncMs, slowTimeoutMs, listenerTimeoutMs: timeoutMs, maxGroupDelayMs } = settings
  const members = { toleranceMs, resyncMs, slowTimeoutMs, timeoutMs }
  const bounds = { timeoutMs, minMs: LEAST_DELAY_MS, maxMs: maxGroupDelayMs }
  const hold = { minMs: SHORTEST_HOLD_MS, maxMs: LONGEST_HOLD_MS, fixedDelayMs: settings.steadyMs }
  return {
    together: new Group({ mode: 'together', delay: bounds, members }),
    steady: new Group({ mode: 'steady', delay: { ...bounds, ...hold }, members }),
  }
}
