/** Of it go 65 packets of 5 ms of PCM, or 8 s of Opus at 64 kbit/s. */
const SLAB_BYTES = 64 * 1024
/** A typed array of any kind may begin here. */
const ALIGNMENT = 8

/**
 * Where what is kept for a minute has its bytes: one piece of memory after the other, each for what came in turn, so that
 * all of a piece is let go of together. In Node's own pool of 8 KiB it would lie among messages of a millisecond, and each
 * piece be kept whole for the one packet in it. Never written twice: who was handed a Buffer may have it as long as they like.
 */
export class Slab {
  #bytes = Buffer.alloc(0)
  #used = 0

  /** A Buffer of `bytes`, of any content. */
  readonly take = (bytes: number): Buffer => {
    if (bytes > SLAB_BYTES) return Buffer.allocUnsafeSlow(bytes)
    if (this.#used + bytes > this.#bytes.length) {
      this.#bytes = Buffer.allocUnsafeSlow(SLAB_BYTES)
      this.#used = 0
    }
    const from = this.#used
    this.#used += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
    return this.#bytes.subarray(from, from + bytes)
  }
}
