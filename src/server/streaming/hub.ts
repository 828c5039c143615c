import { BYTES_PER_PCM16_FRAME } from '../../shared/audio-format.ts'
import type { ServerMessage } from '../../shared/wire/control.ts'
import { HEADER_BYTES } from '../../shared/wire/packet.ts'
import { BACKLOG_MS, type Listener } from './listener.ts'
import { frameBinary, frameHeaderBytes } from './ws-frame.ts'

/** Sends the same packet to all listeners, each under its own backpressure. */
export class Hub {
  readonly #listeners: Listener[] = []
  #first = 0
  #backlogBytes = 0

  get size(): number {
    return this.#listeners.length
  }

  add(listener: Listener): void {
    listener.begin(this.#backlogBytes)
    this.#listeners.push(listener)
  }

  remove(listener: Listener): void {
    const index = this.#listeners.indexOf(listener)
    if (index >= 0) this.#listeners.splice(index, 1)
  }

  /** Before the first packet of a stream. */
  begin(rateHz: number, packetFrames: number): void {
    const frames = (rateHz * BACKLOG_MS) / 1000
    const packets = Math.ceil(frames / packetFrames)
    const bytes = HEADER_BYTES + packetFrames * BYTES_PER_PCM16_FRAME
    this.#backlogBytes = packets * (frameHeaderBytes(bytes) + bytes)
    for (const listener of this.#listeners) listener.begin(this.#backlogBytes)
  }

  /** Another listener is first each time, so that none is always the last to be served. */
  publish(packet: Buffer): void {
    const count = this.#listeners.length
    if (count === 0) return
    this.#first = (this.#first + 1) % count
    const frame = frameBinary(packet)
    for (let i = 0; i < count; i++) this.#listeners[(this.#first + i) % count]?.sendPacket(frame)
  }

  announce(message: ServerMessage): void {
    for (const listener of [...this.#listeners]) listener.sendControl(message)
  }
}
