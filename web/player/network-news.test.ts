import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchNetworkNews } from './network-news.ts'

const page = { visibilityState: 'visible' }

function rig(connection?: EventTarget & { type?: string }) {
  vi.stubGlobal('navigator', { connection })
  const told = vi.fn()
  return { told, stop: watchNetworkNews(told), says: (type: string) => window.dispatchEvent(new Event(type)) }
}

beforeEach(() => {
  page.visibilityState = 'visible'
  vi.stubGlobal('window', new EventTarget())
  vi.stubGlobal('document', page)
})

afterEach(() => vi.unstubAllGlobals())

test('the network is back, the page is looked at again; not that it is hidden', () => {
  const { told, stop, says } = rig()
  says('online')
  says('pageshow')
  says('visibilitychange')
  expect(told).toHaveBeenCalledTimes(3)
  page.visibilityState = 'hidden'
  says('visibilitychange')
  expect(told).toHaveBeenCalledTimes(3)
  stop()
  says('online')
  expect(told).toHaveBeenCalledTimes(3)
})

test('another kind of network is news; another estimate of the same is not, and neither is none', () => {
  const connection = Object.assign(new EventTarget(), { type: 'wifi' })
  const { told, stop } = rig(connection)
  const becomes = (type: string) => {
    connection.type = type
    connection.dispatchEvent(new Event('change'))
  }
  becomes('wifi')
  becomes('none')
  expect(told).not.toHaveBeenCalled()
  becomes('cellular')
  expect(told).toHaveBeenCalledTimes(1)
  stop()
  becomes('wifi')
  expect(told).toHaveBeenCalledTimes(1)
})

test('a browser whose link is nothing one can listen to', () => {
  const connection = { type: 'wifi' } as unknown as EventTarget
  expect(() => rig(connection).stop()).not.toThrow()
})
