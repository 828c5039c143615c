// A page for tests of the player, with an output, a worker, an address and a memory that are the test's.
import { afterEach, beforeEach, vi } from 'vitest'
import { FakeWorker } from './fake-worker.ts'
import { FakeContext, FakeWorkletNode } from './output/fake-audio.ts'

/** A browser that can do everything. */
export const ABLE = {
  ...{ isSecureContext: true, crossOriginIsolated: true },
  ...{ AudioContext: 1, AudioWorkletNode: 1, SharedArrayBuffer: 1, WebSocket: 1, Worker: 1 },
}

/** Before each test of the file a new one, at this address; afterwards it is gone. Returns what its browser remembers. */
export function pretendPage({ pathname = '/', search = '' } = {}): Map<string, string> {
  const memory = new Map<string, string>()
  beforeEach(() => {
    vi.useFakeTimers()
    FakeContext.made = []
    FakeContext.next = { sampleRate: 48_000, state: 'running', opens: true }
    FakeWorker.made = []
    memory.clear()
    vi.stubGlobal('AudioContext', FakeContext)
    vi.stubGlobal('AudioWorkletNode', FakeWorkletNode)
    vi.stubGlobal('Worker', FakeWorker)
    vi.stubGlobal('window', new EventTarget())
    vi.stubGlobal('location', { href: `http://here${pathname}${search}`, pathname, search })
    vi.stubGlobal('navigator', { mediaDevices: new EventTarget() })
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => memory.get(key) ?? null,
      setItem: (key: string, value: string) => void memory.set(key, value),
    })
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })
  return memory
}
