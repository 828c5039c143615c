/** Packets waiting for one listener, bounded in bytes. Full: the oldest go first. */
export class PacketQueue {
  /** Most it may hold; a stream's begin sets it. */
  maxBytes: number
  #packets: Buffer[] = []
  #bytes = 0

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes
  }

  get length(): number {
    return this.#packets.length
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Returns how many older packets had to go to make room. */
  push(packet: Buffer): number {
    this.#packets.push(packet)
    this.#bytes += packet.length
    let dropped = 0
    while (this.#bytes > this.maxBytes && this.#packets.length > 1) {
      this.shift()
      dropped++
    }
    return dropped
  }

  shift(): Buffer | undefined {
    const packet = this.#packets.shift()
    if (packet !== undefined) this.#bytes -= packet.length
    return packet
  }

  /** Returns how many went. */
  clear(): number {
    const dropped = this.#packets.length
    this.#packets = []
    this.#bytes = 0
    return dropped
  }
}
