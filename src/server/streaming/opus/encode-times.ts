// Threads: the Opus worker counts, the server reads. Both look at the same memory, which outlives the worker.
import { RUNG_NAMES, type RungName } from '../../../shared/rungs.ts'
import type { Distribution } from '../../metrics/buckets.ts'

const EDGES_MS = Float64Array.of(0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 20)
/** The counts, one for what is above all edges, and the sum. */
const FIELDS = EDGES_MS.length + 2
const SUM_AT = FIELDS - 1

/**
 * How long the packets of each rung took to encode, ms, since the server's start. One writer; a reader may be one packet behind.
 * Nothing here allocates or waits.
 */
export class EncodeTimes {
  readonly memory: SharedArrayBuffer
  readonly #values: Float64Array

  /** Without a memory it makes one. */
  constructor(memory = new SharedArrayBuffer(RUNG_NAMES.length * FIELDS * Float64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory
    this.#values = new Float64Array(memory)
  }

  add(rung: RungName, ms: number): void {
    const at = RUNG_NAMES.indexOf(rung) * FIELDS
    let i = 0
    while (i < EDGES_MS.length && ms > (EDGES_MS[i] as number)) i++
    this.#add(at + i, 1)
    this.#add(at + SUM_AT, ms)
  }

  of(rung: RungName): Distribution {
    const at = RUNG_NAMES.indexOf(rung) * FIELDS
    const counts = this.#values.slice(at, at + SUM_AT)
    return { edges: EDGES_MS, counts, sum: this.#values[at + SUM_AT] as number }
  }

  #add(index: number, value: number): void {
    this.#values[index] = (this.#values[index] as number) + value
  }
}
