// The heap of the page's audio worklet in Chromium, by its developer tools.
import type { HeapProfiler } from 'node:inspector'
import type { CDPSession, Page } from 'playwright-core'
import { SAMPLING } from './garbage.ts'

interface Answer {
  id: number
  result?: { profile?: HeapProfiler.SamplingHeapProfile }
  error?: { message: string }
}

export class WorkletHeap {
  readonly #devtools: CDPSession
  readonly #sessionId: string
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  #lastId = 0

  private constructor(devtools: CDPSession, sessionId: string) {
    this.#devtools = devtools
    this.#sessionId = sessionId
    devtools.on('Target.receivedMessageFromTarget', (event) => {
      if (event.sessionId !== sessionId) return
      const answer = JSON.parse(event.message) as Answer
      this.#waiting.get(answer.id)?.(answer)
      this.#waiting.delete(answer.id)
    })
  }

  /** Finds the worklet of a page that plays. */
  static async of(page: Page): Promise<WorkletHeap> {
    const devtools = await page.context().newCDPSession(page)
    const found = new Promise<string>((resolve) => {
      devtools.on('Target.attachedToTarget', ({ targetInfo, sessionId }) => {
        if (targetInfo.type === 'worklet') resolve(sessionId)
      })
    })
    // Not flat: Playwright keeps the sessions of flat ones to itself.
    await devtools.send('Target.setAutoAttach', {
      autoAttach: true,
      waitForDebuggerOnStart: false,
      flatten: false,
    })
    return new WorkletHeap(devtools, await found)
  }

  /** What is allocated while `work` lasts, collected or not. */
  async sample(work: () => Promise<void>): Promise<HeapProfiler.SamplingHeapProfileNode> {
    await this.#send('HeapProfiler.enable')
    await this.#send('HeapProfiler.startSampling', SAMPLING)
    await work()
    const { profile } = await this.#send('HeapProfiler.stopSampling')
    if (!profile) throw new Error('the worklet gave no profile')
    return profile.head
  }

  async #send(method: string, params: object = {}): Promise<NonNullable<Answer['result']>> {
    const id = ++this.#lastId
    const answered = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve))
    await this.#devtools.send('Target.sendMessageToTarget', {
      sessionId: this.#sessionId,
      message: JSON.stringify({ id, method, params }),
    })
    const { result, error } = await answered
    if (error) throw new Error(`${method}: ${error.message}`)
    return result ?? {}
  }
}
