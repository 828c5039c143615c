/** More messages are not in flight at a time; of further ones only the last is remembered. */
const MOST_MARKS = 256

/**
 * Positions that are sent again, as one line that only grows: when a listener is sent from an earlier position on, that is
 * the next lap. A receipt names the newest position that came, and until that is beyond where the lap before it ended, it
 * says nothing of this one; then the number of packets that came tells. Pure. Does not allocate while nothing is sent again.
 */
export class Laps {
  /** From a position to the line. */
  #offset = 0
  #offsetBefore = 0
  /** The newest position of earlier laps. */
  #turnedAt = Number.NEGATIVE_INFINITY
  /** What had been sent, in packets of the connection and on the line, at the turn and after each message since. */
  readonly #marks: { packets: number; line: number }[] = []

  begin(): void {
    this.#offset = 0
    this.#offsetBefore = 0
    this.#turnedAt = Number.NEGATIVE_INFINITY
    this.#marks.length = 0
  }

  /** The line of a position that is sent now. */
  toLine(position: number): number {
    return position + this.#offset
  }

  fromLine(line: number): number {
    return line - this.#offset
  }

  /** From `position` on it is sent again; so far it was sent up to `line`, in `packets`. */
  turn(position: number, line: number, packets: number): void {
    const newest = this.fromLine(line)
    if (this.#marks.length === 0) {
      this.#offsetBefore = this.#offset
      this.#marks.push({ packets, line })
    }
    this.#turnedAt = Math.max(this.#turnedAt, newest)
    this.#offset = line - position
  }

  /** `packets`: of the connection so far, with those that end at `line`. */
  sent(line: number, packets: number): void {
    const marks = this.#marks
    if (marks.length === 0) return
    if (marks.length === MOST_MARKS) marks.pop()
    marks.push({ packets, line })
  }

  /** On the line, what a receipt says has come. */
  received(position: number, packets: number): number {
    const marks = this.#marks
    const first = marks[0]
    if (first === undefined) return position + this.#offset
    if (packets < first.packets) return Math.min(position + this.#offsetBefore, first.line)
    let come = 0
    while ((marks[come + 1]?.packets ?? Number.POSITIVE_INFINITY) <= packets) come++
    marks.splice(0, come)
    const { line } = marks[0] as { line: number }
    if (this.fromLine(line) > this.#turnedAt) {
      marks.length = 0
      this.#turnedAt = Number.NEGATIVE_INFINITY
    }
    return line
  }
}
