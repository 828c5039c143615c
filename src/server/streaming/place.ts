import { LIVE_SEGMENT, type Segment, segmentAt } from '../../shared/room/segments.ts'
import { changedFrom, endAfter, type Route, soundsAlike } from './route.ts'

/** Where one listener is on its room axis, and what it has been told of that. Pure; frames. */
export class Place {
  /** Of its route, as it was looked at last. */
  #segments: readonly Segment[] = [LIVE_SEGMENT]
  #segment: Readonly<Segment> = LIVE_SEGMENT
  #until = Number.POSITIVE_INFINITY
  #behind = false
  #untold = false
  #wasTold = false
  /** What the page takes what comes for; without being told anything, for live. */
  #told: Readonly<Segment> = LIVE_SEGMENT
  /** It is sent what everybody is, up to here. */
  #liveUntil = Number.POSITIVE_INFINITY
  /** Room position that comes next: everything before it was sent, or left out. NaN: whatever comes. */
  next = Number.NaN
  /** How far it is behind, ms. */
  behindMs = 0
  /** Up to this room position more may wait for it than its patience says: it has come, or had to go back. */
  graceTo = Number.NEGATIVE_INFINITY

  /** The segment that holds `next`. */
  get segment(): Readonly<Segment> {
    return this.#segment
  }

  /** Where that ends; Infinity: nobody knows yet. */
  get until(): number {
    return this.#until
  }

  /** What comes next, as a position of the stream. */
  get streamNext(): number {
    return this.next - segmentAt(this.#segments, this.next).shift
  }

  /** It is not sent what comes, but what it has waited for, until it is at the edge again. */
  get behind(): boolean {
    return this.#behind
  }

  set behind(behind: boolean) {
    this.#behind = behind
    if (!behind) this.behindMs = 0
    this.#settle()
  }

  /** Before any more audio it has to be told what segment that is of. */
  get untold(): boolean {
    return this.#untold
  }

  /** On this connection, ever: it no more takes what comes for live by itself. */
  get wasTold(): boolean {
    return this.#wasTold
  }

  /** A stream begins, whose positions are new, or another connection. `mustTell`: also that it is live. */
  begin({ segments }: Route, mustTell: boolean): void {
    this.#segments = segments
    this.#told = LIVE_SEGMENT
    this.#untold = mustTell
    this.next = Number.NaN
    this.#segment = LIVE_SEGMENT
    this.#until = Number.POSITIVE_INFINITY
    this.graceTo = Number.NEGATIVE_INFINITY
    this.behind = false
  }

  /** `position` comes next. */
  goTo(position: number): void {
    this.next = position
    this.#segment = segmentAt(this.#segments, position)
    this.#until = endAfter(this.#segments, position)
    if (!soundsAlike(this.#segment, this.#told)) this.#untold = true
    this.#settle()
  }

  /** As `goTo`, and it has to be told, because what it has from there on is not to be played. */
  goBack(position: number): void {
    this.#untold = true
    this.goTo(position)
    this.behind = true
  }

  /**
   * Looks at another list of the same group. Returns the room position it has to go back to, because what was sent from there
   * on is not what is to be heard; undefined: none, only what is still to come has changed.
   */
  reroute({ segments }: Route): number | undefined {
    if (segments === this.#segments) return undefined
    const changed = changedFrom(this.#segments, segments)
    this.#segments = segments
    if (Number.isNaN(this.next)) return undefined
    if (changed < this.next) return changed
    this.goTo(this.next)
    return undefined
  }

  /** Is it sent up to `to` what everybody is? Does not allocate. */
  isLive({ segments }: Route, to: number): boolean {
    return to <= this.#liveUntil && segments === this.#segments
  }

  /** It has been told. */
  tell(): void {
    this.#told = this.#segment
    this.#wasTold = true
    this.#untold = false
    this.#settle()
  }

  #settle(): void {
    const apart = this.#behind || this.#untold || this.#segment.shift !== 0
    this.#liveUntil = apart ? Number.NEGATIVE_INFINITY : this.#until
  }
}
