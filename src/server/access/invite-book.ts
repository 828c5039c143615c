// Which invites there are: a link that is not in the book is worth nothing, however well it is signed.
import { join } from 'node:path'
import { ROLES, type Role } from '../../shared/wire/room-messages.ts'
import { KeepingError, keepingFault } from '../keeping-error.ts'
import { readKept, writeKept } from '../kept-file.ts'

const FILE = 'invites.json'
export const MOST_INVITES = 500

export interface Invite {
  readonly id: string
  readonly role: Role
  readonly session: string
  /** Unix time. */
  readonly createdMs: number
  readonly expiresMs: number
}

/** Opened once, before the first request. Times are Unix time, and come in. */
export class InviteBook {
  readonly #folder: string
  #invites: ReadonlyMap<string, Invite> = new Map()
  /** Writes go one after the other. */
  #writing: Promise<unknown> = Promise.resolve()

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** Reads what there is; a file that can not be used is told to `warn`, and nobody's link works. Never rejects. */
  static async open(folder: string, warn: (message: string) => void): Promise<InviteBook> {
    const book = new InviteBook(folder)
    const path = join(folder, FILE)
    try {
      const text = await readKept(path)
      const invites = text === undefined ? [] : parsed(text)
      if (invites === undefined) warn(`${path} makes no sense: links from before do not work any more.`)
      book.#invites = new Map((invites ?? []).map((invite) => [invite.id, invite]))
    } catch (error) {
      warn(
        `${path} can not be read (${(error as NodeJS.ErrnoException).code}): links from before do not work.`,
      )
    }
    return book
  }

  get(id: string): Invite | undefined {
    return this.#invites.get(id)
  }

  /** Those that work, the newest first. */
  alive(nowMs: number): Invite[] {
    return [...this.#invites.values()].filter(({ expiresMs }) => expiresMs > nowMs).reverse()
  }

  /** Rejects with a KeepingError, and then all is as before. */
  add(invite: Invite, nowMs: number): Promise<void> {
    return this.#queued(async () => {
      const kept = unexpired(this.#invites, nowMs)
      if (kept.size >= MOST_INVITES)
        throw new KeepingError(
          'invites-full',
          `There are ${MOST_INVITES} invites already. Let some expire, or delete the file ${FILE} and start again.`,
        )
      kept.set(invite.id, invite)
      await this.#write(kept)
      // Whatever was taken back while that was written stays so: it is written next.
      this.#invites = unexpired(this.#invites, nowMs).set(invite.id, invite)
    })
  }

  /** Holds at once, also when it can not be kept: then it rejects with a KeepingError. */
  revoke(id: string, nowMs: number): Promise<void> {
    const kept = unexpired(this.#invites, nowMs)
    kept.delete(id)
    this.#invites = kept
    return this.#queued(() => this.#write(this.#invites))
  }

  #queued(work: () => Promise<void>): Promise<void> {
    const done = this.#writing.then(work)
    this.#writing = done.catch(() => {}) // whoever asked is told; the next one is not
    return done
  }

  async #write(invites: ReadonlyMap<string, Invite>): Promise<void> {
    try {
      const text = JSON.stringify({ version: 1, invites: [...invites.values()] }, null, 1)
      await writeKept(join(this.#folder, FILE), `${text}\n`, { onlyOurs: true })
    } catch (error) {
      throw new KeepingError(...keepingFault(error as NodeJS.ErrnoException, this.#folder, 'kept'))
    }
  }
}

function unexpired(invites: ReadonlyMap<string, Invite>, nowMs: number): Map<string, Invite> {
  return new Map([...invites].filter(([, { expiresMs }]) => expiresMs > nowMs))
}

/** Undefined: not the file that was once written. */
function parsed(text: string): Invite[] | undefined {
  try {
    const { invites } = JSON.parse(text)
    if (!Array.isArray(invites) || invites.length > MOST_INVITES || !invites.every(isInvite)) return undefined
    return invites
  } catch {
    return undefined // not JSON, or null: the caller says so
  }
}

function isInvite(value: unknown): value is Invite {
  const { id, role, session, createdMs, expiresMs } = (value ?? {}) as Partial<Invite>
  return (
    typeof id === 'string' &&
    ROLES.some((known) => known === role) &&
    typeof session === 'string' &&
    typeof createdMs === 'number' &&
    typeof expiresMs === 'number'
  )
}
