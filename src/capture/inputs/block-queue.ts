// Bytes of any chunking in, blocks of one size and kind of sample out. Owned by the command input, which stops reading above its
// limit; grows only if the pipe hands over more than that at once. Pure.

import type { InputSamples } from '../samples.ts'

export class BlockQueue {
  readonly #block: InputSamples
  readonly #blockBytes: Uint8Array
  #bytes: Uint8Array
  #read = 0
  #write = 0

  /** `block`: is filled and handed out, again and again. */
  constructor(block: InputSamples, capacityBytes: number) {
    this.#block = block
    this.#blockBytes = new Uint8Array(block.buffer, block.byteOffset, block.byteLength)
    this.#bytes = new Uint8Array(Math.max(capacityBytes, this.#blockBytes.length))
  }

  get waitingBytes(): number {
    return this.#write - this.#read
  }

  push(chunk: Uint8Array): void {
    if (this.#write + chunk.length > this.#bytes.length) this.#makeRoom(chunk.length)
    this.#bytes.set(chunk, this.#write)
    this.#write += chunk.length
  }

  get hasBlock(): boolean {
    return this.waitingBytes >= this.#blockBytes.length
  }

  /** The oldest block, valid until the next call. Only when `hasBlock`. Does not allocate. */
  take(): InputSamples {
    const end = this.#read + this.#blockBytes.length
    this.#blockBytes.set(this.#bytes.subarray(this.#read, end))
    this.#read = end
    return this.#block
  }

  #makeRoom(more: number): void {
    const waiting = this.#bytes.subarray(this.#read, this.#write)
    const needed = waiting.length + more
    const target = needed > this.#bytes.length ? new Uint8Array(needed * 2) : this.#bytes
    if (target === this.#bytes) target.copyWithin(0, this.#read, this.#write)
    else target.set(waiting)
    this.#bytes = target
    this.#write = needed - more
    this.#read = 0
  }
}
