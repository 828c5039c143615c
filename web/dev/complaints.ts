/** Something this page complained of. */
export interface Complaint {
  /** Local time, ms. */
  atMs: number
  text: string
}

/** Beyond this the oldest goes; a text that is longer is cut. */
const MOST = 50
const MOST_CHARACTERS = 500

/** Errors nobody caught, for who writes a report. Thread: page; bounded. */
export class Complaints {
  #heard: Complaint[] = []
  /** Those that went because there were too many. */
  dropped = 0

  get heard(): readonly Complaint[] {
    return this.#heard
  }

  /** From now on, for as long as the page lives. */
  listenTo(page: Pick<EventTarget, 'addEventListener'>, nowMs: () => number): void {
    const heard = (event: Event) => {
      const { message } = event as ErrorEvent
      // What did not load has no message, but an address, and tells nobody above it.
      const { src, href } = (event.target ?? {}) as { src?: string; href?: string }
      this.#add(nowMs(), message || `did not load: ${src ?? href ?? 'something'}`)
    }
    page.addEventListener('error', heard, true)
    page.addEventListener('unhandledrejection', (event) => {
      const { reason } = event as PromiseRejectionEvent
      this.#add(nowMs(), reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason))
    })
  }

  #add(atMs: number, text: string): void {
    this.#heard.push({ atMs, text: text.slice(0, MOST_CHARACTERS) })
    if (this.#heard.length <= MOST) return
    this.#heard.shift()
    this.dropped++
  }
}

/** This page's. */
export const complaints = new Complaints()
