// PCM packets on their way from the server's thread to the Opus worker, in shared memory: nothing is allocated or
// copied twice, and what waits is bounded. When it is full the worker stands still or is too slow. Then everything
// that waits is given up, and it goes on with what is new: late audio would be of no use to anybody, and a gap every
// now and then does less harm than 100 ms of delay and gaps nevertheless.
import { HEADER_BYTES } from '../../../shared/wire/packet.ts'
import type { StreamShape } from './messages.ts'

/** Audio on its way, at most. */
const WAITING_MS = 100
const CHANNELS = 2
const SAMPLE_BYTES = 4

// Int32 words before the slots; counts wrap.
const WRITTEN = 0
const TAKEN = 1
/** Packets before this count are given up. */
const GIVEN_UP = 2
const LOST = 3
const SLOTS_AT = 16
/** Counts that are further apart than this are about to be taken for the other way round. */
const FAR = 2 ** 30

interface Layout {
  limit: number
  slotBytes: number
  /** A power of two, so that counts may wrap. */
  slots: number
}

function layoutOf({ rateHz, periodFrames }: StreamShape): Layout {
  const limit = Math.ceil((rateHz * WAITING_MS) / 1000 / periodFrames)
  const payload = periodFrames * CHANNELS * SAMPLE_BYTES
  return {
    limit,
    slotBytes: Math.ceil((HEADER_BYTES + payload) / 8) * 8,
    slots: 2 ** Math.ceil(Math.log2(limit)),
  }
}

/** Thread: server. */
export class PcmWriter {
  readonly memory: SharedArrayBuffer
  readonly #layout: Layout
  readonly #words: Int32Array
  readonly #bytes: Uint8Array
  #lostSeen = 0

  constructor(stream: StreamShape) {
    this.#layout = layoutOf(stream)
    const { slots, slotBytes } = this.#layout
    this.memory = new SharedArrayBuffer(SLOTS_AT + slots * slotBytes)
    this.#words = new Int32Array(this.memory, 0, SLOTS_AT / 4)
    this.#bytes = new Uint8Array(this.memory)
  }

  /**
   * Copies the packet. `wake`: the worker must be told, it had nothing to do. `full`: not taken, and what waits is
   * given up. Does not allocate or block.
   */
  offer(packet: Uint8Array): 'wake' | 'awake' | 'full' {
    const { limit, slots, slotBytes } = this.#layout
    const written = Atomics.load(this.#words, WRITTEN)
    if (((written - Atomics.load(this.#words, TAKEN)) | 0) >= limit || packet.length > slotBytes) {
      Atomics.store(this.#words, GIVEN_UP, written)
      return 'full'
    }
    this.#bytes.set(packet, SLOTS_AT + (written & (slots - 1)) * slotBytes)
    Atomics.store(this.#words, WRITTEN, (written + 1) | 0)
    // Looked at again: a worker that was still busy with an earlier one now looks for the next by itself.
    return Atomics.load(this.#words, TAKEN) === written ? 'wake' : 'awake'
  }

  /** How many of those taken were given up since this was last asked. */
  newlyLost(): number {
    const lost = Atomics.load(this.#words, LOST)
    const count = (lost - this.#lostSeen) | 0
    this.#lostSeen = lost
    return count
  }
}

/** Thread: Opus worker. */
export class PcmReader {
  readonly view: DataView
  readonly #memory: SharedArrayBuffer
  readonly #layout: Layout
  readonly #words: Int32Array

  constructor(stream: StreamShape, memory: SharedArrayBuffer) {
    this.#layout = layoutOf(stream)
    this.#memory = memory
    this.#words = new Int32Array(memory, 0, SLOTS_AT / 4)
    this.view = new DataView(memory)
  }

  /** Reads all that waits, oldest first; `read` is given each packet's place in `view`, valid during the call. */
  drain(read: (offset: number) => void): void {
    const { slots, slotBytes } = this.#layout
    for (;;) {
      const taken = Atomics.load(this.#words, TAKEN)
      if (taken === Atomics.load(this.#words, WRITTEN)) return
      const givenUp = Atomics.load(this.#words, GIVEN_UP)
      const ahead = (givenUp - taken) | 0
      // Only a ring that was full moves it, and counts wrap after weeks.
      if (ahead < -FAR) Atomics.compareExchange(this.#words, GIVEN_UP, givenUp, taken)
      if (ahead > 0) Atomics.add(this.#words, LOST, 1)
      else read(SLOTS_AT + (taken & (slots - 1)) * slotBytes)
      Atomics.store(this.#words, TAKEN, (taken + 1) | 0)
    }
  }

  /** The samples at an offset of `view`. */
  floats(offset: number, samples: number): Float32Array {
    return new Float32Array(this.#memory, offset, samples)
  }

  /** The samples at an offset of `view`. */
  integers(offset: number, samples: number): Int16Array {
    return new Int16Array(this.#memory, offset, samples)
  }
}
