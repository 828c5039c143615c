// Real pages of one room, each at speakers of its own, heard together while the instrument plays chirps.
import { ENGINES, type Engine, type OpenBrowser, pageStats } from '../../test/studio/browser.ts'
import { type Controller, takeCharge } from '../../test/studio/controller.ts'
import { instrumentEnv } from '../../test/studio/instrument.ts'
import { openMember, setTrim, untilInStep } from '../../test/studio/room.ts'
import { startBackline } from '../../test/studio/server.ts'
import { type Studio, startStudio } from '../../test/studio/studio.ts'
import { waitUntil } from '../../test/studio/wait-until.ts'
import { say } from '../lib/bench.ts'
import type { Stall } from '../lib/classify.ts'
import { hearTogether, type Together } from '../lib/hear-together.ts'
import { watchStalls } from '../lib/stalls.ts'
import { round } from '../lib/statistics.ts'
import { type Claim, Claims } from './claims.ts'
import { laterThanFirst } from './heard.ts'

export interface PagesOptions {
  engines: readonly Engine[]
  seconds: number
  /** The group's delay goes up by MOVE_MS after a third of the time, and back after two. */
  move: boolean
  /** Sets trims by what is heard in the first CALIBRATE_S before it measures. */
  calibrate: boolean
}

export interface MemberHeard {
  engine: Engine
  lockS: number
  trimMs: number
  claims: Claim[]
}

export interface PagesHeard {
  members: MemberHeard[]
  /** In order, a minute each at most. */
  pieces: Together[]
  stalls: Stall[]
}

export const MOVE_MS = 50
/** Beyond what the group needed as it began: who needs more than a delay that is fixed is muted, and not heard. */
const HEADROOM_MS = 20
const CALIBRATE_S = 20
/** A recording of more takes more memory than it is worth. */
const PIECE_S = 60
/** Of chirps as they are played by hearTogether. */
const APART_S = 0.6
/** Longer than any group's delay of this bench. */
const TAIL_MS = 1000

/** The engines named in a list with commas: the last is that of all further pages. Throws on one there is not. */
export function enginesNamed(list: string, pages: number): Engine[] {
  const named = list.split(',').map((name) => {
    const engine = ENGINES.find((known) => known === name.trim())
    if (!engine) throw new Error(`--engines ${list}: there are ${ENGINES.join(', ')}`)
    return engine
  })
  return Array.from({ length: pages }, (_, i) => named[Math.min(i, named.length - 1)] as Engine)
}

export async function hearPages(options: PagesOptions): Promise<PagesHeard> {
  const studio = await startStudio({ speakers: options.engines.length })
  try {
    return await hearIn(studio, options)
  } finally {
    await studio.stop()
  }
}

async function hearIn(studio: Studio, options: PagesOptions): Promise<PagesHeard> {
  say('starting the server')
  const server = await startBackline({ studio, env: instrumentEnv() })
  const controller = await takeCharge(server.url)
  const pages: OpenBrowser[] = []
  const members: MemberHeard[] = []
  for (const [i, engine] of options.engines.entries()) {
    const page = await openMember({ studio, url: server.url, engine, place: i + 1, mode: 'together' })
    const lockS = (await untilInStep(page, 60_000)) / 1000
    say(`${engine} in step after ${round(lockS, 1)} s`)
    pages.push(page)
    members.push({ engine, lockS, trimMs: 0, claims: [] })
  }
  await untilAllInStep(pages)
  if (options.calibrate) await calibrate(studio, pages, members)
  const stalls = await watchStalls(studio)
  const claims = pages.map((page) => new Claims(page))
  const pieces = await play(studio, controller, pages, options)
  for (const [i, claimed] of claims.entries()) (members[i] as MemberHeard).claims = await claimed.stop()
  for (const page of pages)
    for (const complaint of await page.complaints()) say(`${page.engine} says: ${complaint}`)
  controller.close()
  const stalled = await stalls.stop()
  for (const page of pages) await page.close()
  await server.stop()
  return { members, pieces, stalls: stalled }
}

async function calibrate(
  studio: Studio,
  pages: readonly OpenBrowser[],
  members: readonly MemberHeard[],
): Promise<void> {
  const heard = await hearTogether(studio, Math.round(CALIBRATE_S / APART_S), { tailMs: TAIL_MS })
  for (const [i, laterMs] of laterThanFirst(heard).entries()) {
    const [page, member] = [pages[i], members[i]]
    if (!page || !member || i === 0) continue
    if (Number.isNaN(laterMs)) throw new Error(`page ${i + 1} was not heard with the first`)
    member.trimMs = laterMs
    say(`${page.engine} is ${round(laterMs)} ms later than the first: trimmed`)
    await setTrim(page, laterMs)
  }
  await untilAllInStep(pages)
}

async function play(
  studio: Studio,
  controller: Controller,
  pages: readonly OpenBrowser[],
  { seconds, move }: PagesOptions,
): Promise<Together[]> {
  const count = Math.max(move ? 3 : 1, Math.ceil(seconds / PIECE_S))
  const chirps = Math.max(2, Math.round(seconds / count / APART_S))
  const firstMs = Math.round(await groupDelayMs(pages)) + HEADROOM_MS
  const pieces: Together[] = []
  let delayMs: number | null = null
  for (let i = 0; i < count; i++) {
    const third = Math.floor((3 * i) / count)
    const wantedMs = move ? firstMs + (third === 1 ? MOVE_MS : 0) : null
    if (wantedMs !== delayMs) {
      say(`the group's delay: ${wantedMs} ms`)
      controller.setRoom({ fixedDelayMs: wantedMs })
      delayMs = wantedMs
    }
    const piece = await hearTogether(studio, chirps, { seed: i + 1, tailMs: TAIL_MS })
    for (const { pair, absMs, offsetMs } of piece.pairs)
      say(`${i + 1}/${count} ${pair.join('–')}: p95 ${round(absMs.p95)}, middle ${round(offsetMs)} ms`)
    for (const page of pages) {
      const { reason } = (await pageStats(page)).sync
      if (reason) say(`${page.engine} was told: ${reason}`)
    }
    pieces.push(piece)
  }
  return pieces
}

/** One that comes moves the group's delay, and all go with it. */
async function untilAllInStep(pages: readonly OpenBrowser[]): Promise<void> {
  await Promise.all(pages.map((page) => untilInStep(page, 120_000)))
}

async function groupDelayMs([page]: readonly OpenBrowser[]): Promise<number> {
  return waitUntil('a group delay', async () => (page ? (await pageStats(page)).sync.groupDelayMs : null))
}
