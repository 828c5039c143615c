import { type RungName, rungNamed } from '../../src/shared/rungs.ts'
import type { SetQuality } from '../../src/shared/wire/control.ts'
import type { RungWish } from './messages.ts'

/** What a listening begins with. */
export interface Beginning {
  url: string
  /** A rung by hand, or 'auto', which begins with `startRung`. */
  wish: RungWish
  startRung: RungName
  /** What the link has been seen to deliver, bit/s; undefined: not known. */
  linkBps: number | undefined
}

/**
 * What to ask the server for: which rung, in the address of the next connection and in messages on the one there is.
 * The page may wish, and so may others through the server, which says in `link_state` what it has been asked for last: who
 * asked last is right. Pure. Thread: worker.
 */
export class StreamWish {
  #url = ''
  #wish: RungWish = 'auto'
  /** Where 'auto' begins: with what was played last, as far as that is known. */
  #startRung: RungName = 'pcm16'
  #linkBps: number | undefined
  /** What the socket's address said. */
  #addressed: RungWish = 'auto'
  /** Asked for on this connection, and the server may not have heard it yet. */
  #onItsWay = false

  begin({ url, wish, startRung, linkBps }: Beginning): void {
    this.#url = url
    this.#wish = wish
    this.#startRung = startRung
    this.#linkBps = linkBps
  }

  get wish(): RungWish {
    return this.#wish
  }

  /** Nothing but Opus will come at first. */
  get beginsWithOpus(): boolean {
    return isOpus(this.#wish === 'auto' ? this.#startRung : this.#wish)
  }

  /** Opus is wanted now, or was what came last. */
  get needsDecoder(): boolean {
    return this.beginsWithOpus || isOpus(this.#startRung)
  }

  /** Where the next socket goes. */
  get address(): string {
    const url = new URL(this.#url)
    url.searchParams.set('rung', this.#wish)
    url.searchParams.set('start', this.#startRung)
    if (this.#linkBps !== undefined)
      url.searchParams.set('kbps', String(Math.max(1, Math.round(this.#linkBps / 1000))))
    return url.href
  }

  /** From now on this, for the connection there is and those after it. */
  choose(wish: RungWish): void {
    this.#wish = wish
  }

  /** From now on 'auto' begins here. */
  startAt(rung: RungName): void {
    this.#startRung = rung
  }

  /** A socket is being opened at `address`. */
  opening(): void {
    this.#addressed = this.#wish
    this.#onItsWay = false
  }

  /** The wish has changed since the address was said. */
  get unsaid(): boolean {
    return this.#wish !== this.#addressed
  }

  /**
   * The message that asks for it on the connection there is. A question for the time must follow it: until that is
   * answered, what the server says of the wish may be older.
   */
  asking(): SetQuality {
    this.#addressed = this.#wish
    this.#onItsWay = true
    return { type: 'set_quality', rung: this.#wish as SetQuality['rung'] }
  }

  /** The server has answered what was sent after the wish. */
  answered(): void {
    this.#onItsWay = false
  }

  /** The server says what it was asked for. True when that was somebody else's doing, and is the wish from now on. */
  hear(wish: RungWish): boolean {
    if (wish === this.#wish) this.#onItsWay = false
    if (this.#onItsWay || wish === this.#wish) return false
    this.#wish = wish
    this.#addressed = wish
    return true
  }
}

function isOpus(rung: RungName): boolean {
  return rungNamed(rung).codec === 'opus'
}
