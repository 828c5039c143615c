import type { Socket } from './connection.ts'

/** For tests: a socket that does what it is told. */
export class FakeSocket implements Socket {
  binaryType: BinaryType = 'blob'
  onopen: ((event: Event) => unknown) | null = null
  onmessage: ((event: MessageEvent) => unknown) | null = null
  onclose: ((event: CloseEvent) => unknown) | null = null
  readonly sent: string[] = []
  closed = false

  send(text: string): void {
    this.sent.push(text)
  }

  close(): void {
    this.closed = true
  }

  opens(): void {
    this.onopen?.(new Event('open'))
  }

  says(data: unknown): void {
    this.onmessage?.({ data } as MessageEvent)
  }

  ends(code = 1006, reason = ''): void {
    this.onclose?.({ code, reason } as CloseEvent)
  }
}
