import type { FromWorker, ToWorker } from '../network/messages.ts'

/** For tests: the network worker, which says what the test says. */
export class FakeWorker {
  static made: FakeWorker[] = []
  readonly told: ToWorker[] = []
  onmessage: ((event: { data: FromWorker }) => void) | null = null
  onerror = null

  constructor() {
    FakeWorker.made.push(this)
  }

  postMessage(message: ToWorker): void {
    this.told.push(message)
  }

  says(data: FromWorker): void {
    this.onmessage?.({ data })
  }

  terminate(): void {}
}
