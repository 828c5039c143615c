/** Who was refused last for this reason, where that is known. */
export interface Refused {
  address?: string
}

/** Some refusals of one kind. */
export interface RefusalLine extends Refused {
  reason: string
  /** How many since the last line. */
  count: number
}

/** Turns counts into lines: however many come knocking, one line a second for each reason there is. Pure. */
export class RefusalWatch {
  readonly #told = new Map<string, number>()
  readonly #last = new Map<string, string>()

  /** It is going to be, or has been, counted; only reasons that are counted are remembered. */
  note(reason: string, address: string): void {
    if (this.#told.has(reason)) this.#last.set(reason, address)
  }

  /** Once a second. `counts`: since the start, by reason. */
  look(counts: Readonly<Record<string, number>>): RefusalLine[] {
    const lines: RefusalLine[] = []
    for (const [reason, total] of Object.entries(counts)) {
      const count = total - (this.#told.get(reason) ?? 0)
      this.#told.set(reason, total)
      if (count <= 0) continue
      const address = this.#last.get(reason)
      this.#last.delete(reason)
      lines.push({ reason, count, ...(address === undefined ? {} : { address }) })
    }
    return lines
  }
}
