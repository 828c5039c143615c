import type { RungName } from '../../src/shared/rungs.ts'
import { linkType, type RungMemory } from './memory/rung-memory.ts'

/** A rung that has carried the sound for so long is where the next visit over this kind of link begins. */
const HELD_MS = 20_000

/** Sees which rung the server settles on, and remembers it for this kind of link. Time comes in. */
export class RungWatch {
  readonly #memory: RungMemory
  readonly #link: () => string
  #rung: RungName | undefined
  #from = ''
  #sinceMs = 0
  #kept = false

  constructor(memory: RungMemory, link: () => string = linkType) {
    this.#memory = memory
    this.#link = link
  }

  /** Now and then while sound comes; undefined while none does, or while a rung is pinned, which says nothing about the link. */
  look(rung: RungName | undefined, nowMs: number): void {
    const link = this.#link()
    if (rung !== this.#rung || link !== this.#from) {
      this.#rung = rung
      this.#from = link
      this.#sinceMs = nowMs
      this.#kept = false
    }
    if (rung === undefined || this.#kept || nowMs - this.#sinceMs < HELD_MS) return
    this.#kept = true
    this.#memory.saveStart(link, rung)
  }
}
