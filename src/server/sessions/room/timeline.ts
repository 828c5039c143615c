// What one synchronised group hears when: the segments on its room axis, and the verbs that change them. A wish is first
// planned, which may fail and changes nothing, then applied: so several groups do it together or not at all. Pure.
import type { DelaySchedule } from '../../../shared/room/delay-schedule.ts'
import { type CaptureAnchor, roomPositionAt } from '../../../shared/room/room-axis.ts'
import { LIVE_SEGMENT, type Segment } from '../../../shared/room/segments.ts'
import type { Scheduled } from '../../../shared/wire/room-messages.ts'
import { TransportError } from './transport-error.ts'

/** What a position is worked out from. */
export interface Stage {
  /** Server clock. */
  nowUs: number
  /** Undefined: no stream plays. */
  anchor: CaptureAnchor | undefined
  schedule: DelaySchedule
  /** The oldest stream position that the histories have. */
  oldest: number
  /** How far behind the live edge anything may be sent, frames: histories hold no more. */
  reachFrames: number
}

/** To be heard at `atUs`, server clock. With seek: `backMs` behind live. */
export interface Wish {
  action: Scheduled['action']
  atUs: number
  backMs?: number
}

interface Entry {
  segment: Segment
  /** When it begins to be heard, server clock. */
  atUs: number
  /** While muted: the stream position at which playing goes on. */
  resumeAt: number
  /** No further back than this may it go, frames, wherever it is placed: what was promised is kept. */
  mostFrames: number
  /** Null: only takes back what was announced. */
  wish: Wish | null
}

export interface Plan {
  entries: readonly Entry[]
  /** Room position from which another sound is heard than was announced: who is past it goes back to it. */
  changedFrom: number
  /** How far behind live it will be, ms. */
  backMs: number
  /** What will be other than was wished, for a person; empty: nothing. */
  note: string
}

/** Nothing is announced further ahead. */
const FURTHEST_US = 3600e6
/** Announced that shortly before it is sent, and its place on the axis stays. */
const FIX_AHEAD_S = 5
/** Nobody is that far behind the room any more. */
const KEPT_S = 65
const MOST_ENTRIES = 64

const LIVE: Entry = {
  segment: LIVE_SEGMENT,
  atUs: Number.NEGATIVE_INFINITY,
  resumeAt: 0,
  mostFrames: 0,
  wish: null,
}

export class Timeline {
  readonly #leastLeadUs: number
  #entries: readonly Entry[] = [LIVE]
  #streamId = Number.NaN
  #rateHz = 1
  #dropped = 0

  /** Nothing is changed sooner than `leastLeadMs` ahead: everybody must hear of it, and get what is played then. */
  constructor(leastLeadMs = 250) {
    this.#leastLeadUs = leastLeadMs * 1000
  }

  /** In order of `from`, the first first. */
  get segments(): Segment[] {
    return this.#entries.map(({ segment }) => segment)
  }

  /** Segments forgotten too early because there were too many. */
  get dropped(): number {
    return this.#dropped
  }

  /** A stream begins, and its positions are new: the room is live. Returns a sentence if it was not. */
  begin(streamId: number, rateHz: number, nowUs: number): string | undefined {
    if (streamId === this.#streamId) return undefined
    const { shift, muted } = this.#heard(nowUs).segment
    const wasLive = shift === 0 && !muted && this.scheduled(nowUs) === null
    this.#streamId = streamId
    this.#rateHz = rateHz
    this.#entries = [LIVE]
    return wasLive ? undefined : 'The source began again, so the room is live.'
  }

  /**
   * Works out what a wish would do, going back no further than `mostFrames`; replaces what is still to come. Throws
   * TransportError.
   */
  plan(wish: Wish, stage: Stage, mostFrames = this.mostFrames(wish.atUs, stage)): Plan {
    const { nowUs, anchor, schedule } = stage
    if (anchor === undefined || Number.isNaN(this.#streamId))
      throw new TransportError('no-stream', 'The source is not playing.')
    if (!(wish.atUs - nowUs >= this.#leastLeadUs))
      throw new TransportError('too-soon', `It takes ${this.#leastLeadUs / 1000} ms until everybody knows.`)
    if (wish.atUs - nowUs > FURTHEST_US)
      throw new TransportError('too-late', 'Nothing can be announced more than an hour ahead.')
    const decided = roomPositionAt(anchor, schedule, nowUs + this.#leastLeadUs)
    const kept = this.#entries.filter(({ segment }, i) => i === 0 || segment.from <= decided)
    const base = kept.at(-1) ?? LIVE
    const revoked = this.#entries[kept.length]
    const entry = this.#entry(wish, base, stage, anchor, mostFrames)
    const isSame = isLike(entry, base)
    if (isSame && revoked === undefined)
      throw new TransportError('nothing-to-do', 'That is how the room plays already.')
    // What is not sent yet is taken back without a trace.
    const sent = roomPositionAt(anchor, NO_DELAY, nowUs)
    const entries = [...kept]
    let changedFrom = entry.segment.from
    if (revoked !== undefined && (isSame || revoked.segment.from < changedFrom)) {
      changedFrom = revoked.segment.from
      const { shift, muted } = base.segment
      const segment = { from: changedFrom, shift, muted }
      if (changedFrom <= sent) entries.push({ ...base, segment, atUs: revoked.atUs, wish: null })
    }
    if (!isSame) entries.push(entry)
    return {
      entries,
      changedFrom,
      backMs: this.#ms(entry.segment.shift),
      note: this.#note(wish, base, entry),
    }
  }

  /** Does what was planned at this very moment. */
  apply({ entries }: Plan): void {
    this.#entries = entries.slice(-MOST_ENTRIES)
    this.#dropped += entries.length - this.#entries.length
  }

  /**
   * Keeps what is to come at its time while clock and delay move, until it is about to be sent, and forgets what is over.
   * Called a few times a second; `anew`: the axis has jumped, and nobody has heard of anything yet.
   */
  tend(stage: Stage, anew = false): void {
    const { nowUs, anchor, schedule } = stage
    if (anchor === undefined) return
    if (anew) this.#placeBegun(stage, anchor)
    const coming = this.#entries.at(-1)
    const base = this.#entries.at(-2)
    if (base !== undefined && coming?.wish && coming.atUs > nowUs && (anew || !this.frozen(stage))) {
      const { wish, mostFrames } = coming
      const most = Math.min(mostFrames, Math.floor(stage.reachFrames))
      const moved = { ...this.#entry(wish, base, stage, anchor, most, true), mostFrames }
      if (moved.segment.from > base.segment.from) this.#entries = [...this.#entries.slice(0, -1), moved]
    }
    const old = roomPositionAt(anchor, schedule, nowUs) - KEPT_S * this.#rateHz
    const past = this.#entries.findLastIndex(({ segment }) => segment.from < old)
    if (past > 0) this.#entries = this.#entries.slice(past)
  }

  /** Something is about to be sent, or sent, for a time that is still to come: the delay must stay as it is. */
  frozen({ nowUs, anchor }: Stage): boolean {
    const coming = this.#entries.at(-1)
    if (anchor === undefined || coming === undefined || coming.atUs <= nowUs) return false
    const soon = roomPositionAt(anchor, NO_DELAY, nowUs) + FIX_AHEAD_S * this.#rateHz
    return coming.segment.from <= soon
  }

  /** What is still to come. */
  scheduled(nowUs: number): Scheduled | null {
    const last = this.#entries.at(-1)
    if (!last?.wish || last.atUs <= nowUs) return null
    return { action: last.wish.action, atUs: last.atUs, backMs: this.#ms(last.segment.shift) }
  }

  playing(nowUs: number): boolean {
    return !this.#heard(nowUs).segment.muted
  }

  /** How far behind live the room is, ms; while paused, it grows. */
  backMs(nowUs: number): number {
    const { segment, atUs, resumeAt } = this.#heard(nowUs)
    if (!segment.muted) return this.#ms(segment.shift)
    return this.#ms(segment.from - resumeAt) + (nowUs - atUs) / 1000
  }

  /** How far back a seek can go at present, ms. */
  seekableMs(stage: Stage): number {
    return Math.floor(this.#ms(this.mostFrames(stage.nowUs, stage)))
  }

  /** Has the stream reached this group by then? One of some delay hears its first frames so much later. */
  hears(atUs: number, { anchor, schedule }: Stage): boolean {
    const first = this.#entries[0] ?? LIVE
    return anchor !== undefined && roomPositionAt(anchor, schedule, atUs) >= first.segment.from
  }

  /** How far back what is heard at `atUs` can be, frames: the histories still have it when it is sent. */
  mostFrames(atUs: number, { anchor, schedule, oldest, reachFrames }: Stage): number {
    if (anchor === undefined) return 0
    const heard = Math.round(roomPositionAt(anchor, schedule, atUs))
    return Math.max(0, Math.floor(Math.min(reachFrames, heard - oldest)))
  }

  #heard(nowUs: number): Entry {
    return this.#entries.findLast(({ atUs }) => atUs <= nowUs) ?? LIVE
  }

  /**
   * The axis has jumped: what has begun by its time and would not be heard yet is put where it is heard, and so is the pause
   * that the room is in, which is as long as it has lasted. What was heard before is left alone: nobody goes back for that.
   */
  #placeBegun({ nowUs, schedule }: Stage, anchor: CaptureAnchor): void {
    const here = roomPositionAt(anchor, schedule, nowUs)
    const now = this.#heard(nowUs)
    let last = Number.NEGATIVE_INFINITY
    this.#entries = this.#entries.map((entry) => {
      const { segment, atUs } = entry
      const isAstray = segment.from > here || (entry === now && segment.muted)
      const isPlaced = isAstray && atUs <= nowUs && Number.isFinite(atUs)
      const heard = isPlaced ? Math.round(roomPositionAt(anchor, schedule, atUs)) : segment.from
      const from = Math.max(heard, last + 1)
      last = from
      if (from === segment.from) return entry
      return { ...entry, segment: { ...segment, from }, resumeAt: entry.resumeAt + from - segment.from }
    })
  }

  /** The segment that fulfils a wish after `base`. `settle`: it was promised, so take the nearest there is. */
  #entry(
    wish: Wish,
    base: Entry,
    stage: Stage,
    anchor: CaptureAnchor,
    mostFrames: number,
    settle = false,
  ): Entry {
    const { action, atUs } = wish
    const { shift, muted } = base.segment
    const heard = Math.round(roomPositionAt(anchor, stage.schedule, atUs))
    const next = base.segment.from + 1
    // A group of some delay hears a stream so much later: what is to be by then is so from its first frames on.
    const isBeforeStream = heard < next && next <= MOST_ENTRIES
    const from = isBeforeStream ? next : heard
    if (from < next && !settle) throw new TransportError('too-soon', 'What is heard then is already decided.')
    const segment = { from, shift, muted }
    if (action === 'pause') segment.muted = true
    else if (action === 'live') Object.assign(segment, { shift: 0, muted: false })
    else if (action === 'seek') {
      const wanted = Math.round(((wish.backMs ?? 0) * this.#rateHz) / 1000)
      if (wanted > mostFrames && !settle) {
        const mostMs = Math.floor(this.#ms(mostFrames))
        throw new TransportError('too-far-back', `It can go back ${mostMs} ms, not ${wish.backMs} ms.`)
      }
      segment.shift = Math.min(wanted, mostFrames)
    } else if (muted)
      Object.assign(segment, { shift: Math.min(from - base.resumeAt, mostFrames), muted: false })
    const isStill = muted && action === 'pause'
    return { segment, atUs, resumeAt: isStill ? base.resumeAt : from - segment.shift, mostFrames, wish }
  }

  #note({ action }: Wish, base: Entry, { segment }: Entry): string {
    if (action !== 'play' || !base.segment.muted) return ''
    const lost = segment.from - segment.shift - base.resumeAt
    if (lost <= 0) return ''
    return `${(this.#ms(lost) / 1000).toFixed(1)} s of what was paused are not held any more and are left out.`
  }

  #ms(frames: number): number {
    return (frames * 1000) / this.#rateHz
  }
}

/** The live edge: what is captured now. */
const NO_DELAY: DelaySchedule = { fromMs: 0, toMs: 0, atUs: 0 }

function isLike({ segment: a, resumeAt }: Entry, { segment: b, resumeAt: before }: Entry): boolean {
  return a.shift === b.shift && a.muted === b.muted && (!a.muted || resumeAt === before)
}
