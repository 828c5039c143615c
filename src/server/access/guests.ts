/** Somebody whose connection can be ended. */
interface Guest {
  readonly expiresMs: number
  end(why: 'expired-key' | 'revoked-key'): void
}

/** Who is connected by which invite: they go when it does. Bounded by the connections there may be. */
export class Guests {
  readonly #byInvite = new Map<string, Set<Guest>>()

  /** Until the function that is returned is called. */
  welcome(invite: string, guest: Guest): () => void {
    const there = this.#byInvite.get(invite) ?? new Set()
    this.#byInvite.set(invite, there.add(guest))
    return () => {
      there.delete(guest)
      if (there.size === 0 && this.#byInvite.get(invite) === there) this.#byInvite.delete(invite)
    }
  }

  /** How many there are. */
  get size(): number {
    let count = 0
    for (const there of this.#byInvite.values()) count += there.size
    return count
  }

  /** The invite has been taken back. */
  showOut(invite: string): void {
    for (const guest of [...(this.#byInvite.get(invite) ?? [])]) guest.end('revoked-key')
  }

  /** Ends those whose time is over. @param nowMs Unix time */
  look(nowMs: number): void {
    for (const there of [...this.#byInvite.values()])
      for (const guest of [...there]) if (guest.expiresMs <= nowMs) guest.end('expired-key')
  }
}
