/** The output that moves. */
export interface Movable {
  /** The device that is wanted, and the one that is heard. */
  wantedId: () => string
  heardId: () => string
  want: (deviceId: string) => void
  /** Opens what is wanted; resolves when it is heard. One that is begun later takes the place of one that is under way. */
  replace: () => Promise<void>
  /** What is under way, or was last, whoever began it. */
  attempt: () => Promise<void> | undefined
}

/** Moves an output from device to device as somebody asks, one at a time. Thread: page. */
export class OutputMoves {
  readonly #output: Movable
  /** What was asked for last, until it is heard or given up. */
  #move: { deviceId: string; done: Promise<void> } | undefined

  constructor(output: Movable) {
    this.#output = output
  }

  /** Resolves when it is heard. Rejects when it can not be opened; what is heard is wanted then. Who asks twice waits for the one. */
  async to(deviceId: string): Promise<void> {
    if (deviceId === this.#output.wantedId())
      return this.#move?.deviceId === deviceId ? this.#move.done : undefined
    const move = { deviceId, done: this.#open(deviceId) }
    this.#move = move
    try {
      await move.done
    } finally {
      if (this.#move === move) this.#move = undefined
    }
  }

  async #open(deviceId: string): Promise<void> {
    const output = this.#output
    output.want(deviceId)
    for (let attempt = output.replace(); ; ) {
      try {
        return await attempt
      } catch (error) {
        // Somebody wants another one by now.
        if (output.wantedId() !== deviceId) throw error
        const later = output.attempt()
        if (later === undefined || later === attempt) {
          output.want(output.heardId())
          throw error
        }
        // The same one was begun anew, because its rate has changed.
        attempt = later
      }
    }
  }
}
