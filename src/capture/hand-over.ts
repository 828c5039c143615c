// Thread: capture child. Hands blocks to the server on credit. process.send() queues without a bound and does
// not tell, so what is on its way is counted here, in frames, against the server's acks. Pure.

/** What may wait here once the credit is used up. */
const WAITING_MS = 200

export interface MixedBlock {
  kind: 'block'
  position: number
  frames: number
  captureUs: number
  pcm: Uint8Array
}

export class HandOver {
  /** Blocks the server was too late to take: the oldest go first. */
  droppedBlocks = 0
  droppedFrames = 0

  readonly #send: (block: MixedBlock) => void
  readonly #creditFrames: number
  readonly #waitingLimitFrames: number
  readonly #waiting: MixedBlock[] = []
  #waitingFrames = 0
  // End position and length of what was sent and not yet acked. Lengths, since a gap moves positions on
  // without anything being on its way. Bounded by the credit.
  readonly #sent: { end: number; frames: number }[] = []
  #sentFrames = 0

  constructor(rateHz: number, creditMs: number, send: (block: MixedBlock) => void) {
    this.#send = send
    this.#creditFrames = (rateHz * creditMs) / 1000
    this.#waitingLimitFrames = (rateHz * WAITING_MS) / 1000
  }

  /** Sends `block`, or keeps it until there is credit, or drops the oldest that waits. */
  offer(block: MixedBlock): void {
    this.#waiting.push(block)
    this.#waitingFrames += block.frames
    this.#pump()
    while (this.#waitingFrames > this.#waitingLimitFrames) this.#drop()
  }

  /** The server has everything before `position`. */
  ack(position: number): void {
    while (this.#sent.length > 0 && (this.#sent[0]?.end ?? 0) <= position)
      this.#sentFrames -= this.#sent.shift()?.frames ?? 0
    this.#pump()
  }

  #pump(): void {
    let block = this.#waiting[0]
    while (block !== undefined && this.#sentFrames + block.frames <= this.#creditFrames) {
      this.#waiting.shift()
      this.#waitingFrames -= block.frames
      this.#sent.push({ end: block.position + block.frames, frames: block.frames })
      this.#sentFrames += block.frames
      this.#send(block)
      block = this.#waiting[0]
    }
  }

  #drop(): void {
    const block = this.#waiting.shift()
    if (block === undefined) return
    this.#waitingFrames -= block.frames
    this.droppedBlocks++
    this.droppedFrames += block.frames
  }
}
