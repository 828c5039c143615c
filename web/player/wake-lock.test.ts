// The screen stays lit while somebody listens and looks.
import { beforeEach, expect, test, vi } from 'vitest'
import { keepAwake } from './wake-lock.ts'

class FakeLock {
  released = false
  readonly release = vi.fn(async () => {
    this.released = true
  })
}

class FakePage extends EventTarget {
  visibilityState: DocumentVisibilityState = 'visible'
}

let page: FakePage
let locks: FakeLock[]
let request: ReturnType<typeof vi.fn<() => Promise<FakeLock>>>
let state: string
let changed: () => void

beforeEach(() => {
  page = new FakePage()
  locks = []
  state = 'idle'
  request = vi.fn(async () => {
    const lock = new FakeLock()
    locks.push(lock)
    return lock
  })
  const store = {
    snapshot: () => ({ stats: { state } }),
    subscribe: (listener: () => void) => {
      changed = listener
      return () => {}
    },
  }
  keepAwake(store as never, { document: page, wakeLock: { request } })
})

async function become(next: string): Promise<void> {
  state = next
  changed()
  await new Promise((done) => setImmediate(done))
}

/** As browsers do it: a page that is hidden has lost its lock. */
async function show(visibility: DocumentVisibilityState): Promise<void> {
  page.visibilityState = visibility
  if (visibility === 'hidden') for (const lock of locks) lock.released = true
  page.dispatchEvent(new Event('visibilitychange'))
  await new Promise((done) => setImmediate(done))
}

test('one lock from Listen to Stop, however often something changes', async () => {
  await become('connecting')
  await become('playing')
  await become('reconnecting')
  await become('playing')
  expect(request).toHaveBeenCalledTimes(1)
  await become('idle')
  expect(locks[0]?.released).toBe(true)
})

test('a page that comes back asks again', async () => {
  await become('playing')
  await show('hidden')
  await become('playing')
  expect(request).toHaveBeenCalledTimes(1)
  await show('visible')
  expect(locks).toHaveLength(2)
  expect(locks[1]?.released).toBe(false)
})

test('a lock that comes after Stop is let go', async () => {
  let grant = (_: FakeLock) => {}
  request.mockReturnValueOnce(new Promise((done) => (grant = done)))
  await become('playing')
  await become('idle')
  const late = new FakeLock()
  grant(late)
  await vi.waitFor(() => expect(late.released).toBe(true))
})

test('a browser that refuses is not asked ten times a second, but when the page is shown again', async () => {
  request.mockRejectedValueOnce(new Error('battery'))
  await become('playing')
  await become('playing')
  expect(request).toHaveBeenCalledTimes(1)
  await show('hidden')
  await show('visible')
  expect(locks).toHaveLength(1)
})

test('a browser without one is left alone', () => {
  const subscribe = vi.fn()
  keepAwake({ subscribe } as never, { document: page, wakeLock: undefined })
  expect(subscribe).not.toHaveBeenCalled()
})
