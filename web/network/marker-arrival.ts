import type { ControlBlock } from '../../src/shared/ring/control-block.ts'
import type { Segment } from '../../src/shared/room/segments.ts'

/**
 * Waits for the packet in which the marker of a measurement begins, and tells worklet and page where and when that was. The
 * server names the marker before it sends that packet. Thread: worker.
 */
export class MarkerArrival {
  readonly #control: ControlBlock
  #position = Number.NaN

  constructor(control: ControlBlock) {
    this.#control = control
  }

  /** A marker begins at this position of the stream. One that has not come is forgotten. */
  expect(position: number): void {
    this.#position = position
  }

  /** Nothing is expected any more: the stream is another, or it comes over another connection. */
  forget(): void {
    this.#position = Number.NaN
  }

  /** True while a packet is waited for. */
  get waits(): boolean {
    return !Number.isNaN(this.#position)
  }

  /** Each packet that is to be played, while this waits: from where to where it is, room positions, and of what segment. */
  came(from: number, to: number, { shift, muted }: Segment, arrivalMs: number): void {
    const position = this.#position + shift
    if (!(to > position)) return
    const streamPosition = this.#position
    this.forget()
    // It was left out.
    if (from > position) return
    const control = this.#control
    control.set('markerStreamPosition', streamPosition)
    control.set('markerPosition', muted ? Number.NaN : position)
    control.set('markerFrom', from)
    control.set('markerArrivedMs', arrivalMs)
    control.add('markerSerial', 1)
  }
}
