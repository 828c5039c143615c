// The rooms that are looked at: who is there, and what happens.
import { CLOCK_PATHS } from '../clock-paths.ts'
import { type MakeNetwork, NETWORKS } from '../networks.ts'
import { type RoomFigures, RoomMeter, SETTLE_MS } from './figures.ts'
import type { MemberOptions } from './member.ts'
import { type PartyLook, type PartyOptions, runParty } from './party.ts'
import { people } from './people.ts'

export const SCENES = ['wired', 'mixed', 'stalls', 'moved'] as const
export type SceneName = (typeof SCENES)[number]

export interface SceneOptions {
  name: SceneName
  listeners: number
  minutes: number
  seed: number
}

const PACKET_MS = 5
const RATE_HZ = 48_000
const SOURCE_PPM = 30
const MIN_DELAY_MS = 20
const MAX_DELAY_MS = 400
const RESYNC_MS = 30
const JOIN_WITHIN_MS = 10_000
/** The delay of scene `moved` goes up by so much at the first time, and back at the second. */
const MOVED_MS = 50
const MOVES = [0.3, 0.65]

export function runScene({ name, listeners, minutes, seed }: SceneOptions): RoomFigures {
  const seconds = minutes * 60
  const members = people({
    count: listeners,
    seed,
    seconds,
    packetMs: PACKET_MS,
    rateHz: RATE_HZ,
    sourceServerPpm: SOURCE_PPM,
    resyncMs: RESYNC_MS,
    networks: name === 'wired' ? ['lan'] : ['lan', 'wifi-good'],
    joinWithinMs: JOIN_WITHIN_MS,
  })
  const meter = new RoomMeter(members.length)
  const extra = oneMore(members[0] as MemberOptions, members.length + 1, name === 'stalls')
  const base = baseMs(members)
  const moved: PartyOptions['fixedDelays'] = [
    { atMs: 0, delayMs: base },
    { atMs: (MOVES[0] as number) * seconds * 1000, delayMs: base + MOVED_MS },
    { atMs: (MOVES[1] as number) * seconds * 1000, delayMs: base },
  ]
  runParty({
    seconds,
    members: name === 'stalls' || name === 'mixed' ? [...members, extra] : members,
    sourceServerPpm: SOURCE_PPM,
    packetMs: PACKET_MS,
    rateHz: RATE_HZ,
    minDelayMs: MIN_DELAY_MS,
    maxDelayMs: MAX_DELAY_MS,
    settleMs: SETTLE_MS,
    ...(name === 'moved' ? { fixedDelays: moved } : {}),
    look: (look) => meter.look(look.members.length > members.length ? without(look, extra) : look),
  })
  return meter.figures()
}

/** As one of them; or it stands still for half a second every four, and nobody's delay must be told by that. */
function oneMore(like: MemberOptions, id: number, stalls: boolean): MemberOptions {
  const network = stalls ? stalling : (NETWORKS['wifi-good'] as MakeNetwork)
  return { ...like, id, seed: like.seed + id, network, clockPath: CLOCK_PATHS['wifi-good'] }
}

/** What there is to see of the others. */
function without(look: PartyLook, { joinsMs }: MemberOptions): PartyLook {
  const here = look.serverMs - joinsMs >= SETTLE_MS
  return {
    ...look,
    members: look.members.slice(0, -1),
    allErrorsMs: look.allErrorsMs.slice(0, -1),
    errorsMs: here ? look.errorsMs.slice(0, -1) : look.errorsMs,
  }
}

/** Enough for everybody in scene `moved`, where the delay is a setting. */
function baseMs(members: readonly { outputMs: number }[]): number {
  return Math.max(...members.map(({ outputMs }) => outputMs)) + 60
}

const STALL_EVERY_MS = 4000
const STALL_MS = 500

const stalling: MakeNetwork = (random) => {
  const under = (NETWORKS['wifi-good'] as MakeNetwork)(random)
  return (sentMs) => {
    const delayMs = under(sentMs)
    const inStall = (sentMs + delayMs) % STALL_EVERY_MS
    return inStall < STALL_MS ? delayMs + STALL_MS - inStall : delayMs
  }
}
