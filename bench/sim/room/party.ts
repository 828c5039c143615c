// A whole room in virtual time: a source, the server's decisions (the product's own classes), and members that come when
// they come. What is measured is the truth: which position is at whose ear.

import { CaptureLine } from '../../../src/server/sessions/room/capture-line.ts'
import { GroupDelay } from '../../../src/server/sessions/room/group-delay.ts'
import { delayMsAt, settledUs } from '../../../src/shared/room/delay-schedule.ts'
import { speedOf } from '../circumstances.ts'
import { Member, type MemberOptions } from './member.ts'

export interface PartyOptions {
  seconds: number
  members: readonly MemberOptions[]
  sourceServerPpm: number
  packetMs: number
  rateHz: number
  minDelayMs: number
  maxDelayMs: number
  /** A setting of the room: from a server time on this delay. */
  fixedDelays?: readonly { atMs: number; delayMs: number | undefined }[]
  /** Called every LOOK_MS with the skews of all pairs of members that have been there for `settleMs`, ms. */
  settleMs: number
  look: (look: PartyLook) => void
}

export interface PartyLook {
  serverMs: number
  delayMs: number
  /** The group's delay is being moved. */
  moving: boolean
  /** Of each member that has settled: how much later than the room line it is heard, ms. */
  errorsMs: readonly number[]
  /** Of each member, settled or not, by its place in the options; NaN: not there or silent. */
  allErrorsMs: readonly number[]
  members: readonly Member[]
}

export const LOOK_MS = 100
const REPORT_MS = 1000

/** Runs it to the end; returns the members. */
export function runParty(options: PartyOptions): Member[] {
  const { rateHz, packetMs, sourceServerPpm } = options
  const members = options.members.map((member) => new Member(member))
  const capture = new CaptureLine()
  const delay = new GroupDelay({ minMs: options.minDelayMs, maxMs: options.maxDelayMs })
  const fixes = [...(options.fixedDelays ?? [])]
  const packetEveryMs = packetMs / speedOf(sourceServerPpm)
  const packetFrames = Math.round((packetMs * rateHz) / 1000)
  capture.begin(rateHz, packetFrames)
  let packet = 0
  for (let serverMs = 0; serverMs <= options.seconds * 1000; serverMs += LOOK_MS) {
    for (; packet * packetEveryMs <= serverMs; packet++)
      capture.add(packet * packetFrames, packet * packetEveryMs * 1000)
    const there = members.filter(({ joinsMs }) => joinsMs <= serverMs)
    while (fixes[0] !== undefined && fixes[0].atMs <= serverMs) delay.fix(fixes.shift()?.delayMs)
    for (const member of there)
      if ((serverMs - member.joinsMs) % REPORT_MS === 0 && serverMs > member.joinsMs)
        delay.report(member.id, member.report(), serverMs * 1000)
    delay.step(serverMs * 1000)
    const { anchor } = capture
    const { schedule } = delay
    if (anchor !== undefined) for (const member of there) member.follow(anchor, schedule, serverMs)
    for (const member of there) member.runTo(serverMs + LOOK_MS)
    const atMs = serverMs + LOOK_MS
    const line = ((atMs - delayMsAt(schedule, atMs * 1000)) * speedOf(sourceServerPpm) * rateHz) / 1000
    const errorsMs = members.map((m) =>
      m.joinsMs <= serverMs ? ((line - m.heardAt(atMs)) * 1000) / rateHz : Number.NaN,
    )
    options.look({
      serverMs: atMs,
      delayMs: delayMsAt(schedule, atMs * 1000),
      moving: atMs * 1000 > schedule.atUs && atMs * 1000 < settledUs(schedule),
      errorsMs: errorsMs.filter((_, i) => atMs - (members[i] as Member).joinsMs >= options.settleMs),
      allErrorsMs: errorsMs,
      members,
    })
  }
  return members
}
