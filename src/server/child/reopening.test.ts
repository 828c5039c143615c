import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { Reopening } from './reopening.ts'

const ENTRY = fileURLToPath(new URL('../fixtures/steady.mjs', import.meta.url))

function reopening(): Reopening {
  const it = new Reopening(ENTRY)
  onTestFinished(() => it.drop())
  return it
}

test('a device that was in use is opened as one, until something else is to be played', () => {
  const it = reopening()
  expect(it.begin()).toEqual({ reopening: false, firstBlockMs: 1500 })
  it.opened()
  it.heard()
  it.ended()
  expect(it.begin()).toEqual({ reopening: true, firstBlockMs: 700 })
  it.forget()
  expect(it.begin()).toEqual({ reopening: false, firstBlockMs: 1500 })
})

test('the next child is kept ready from the second opening on, while nothing has come', async () => {
  const it = reopening()
  it.begin()
  it.opened()
  expect(it.takeChild()).toBeUndefined()
  it.begin()
  it.opened()
  const next = it.takeChild()
  expect(next?.pid).toBeGreaterThan(0)
  next?.kill('SIGKILL')
  it.begin()
  it.opened()
  it.heard()
  expect(it.takeChild()).toBeUndefined()
})

test('only a device that was opened has been waited for in vain when its child ends', () => {
  const it = reopening()
  it.begin()
  it.opened()
  it.heard()
  const waitsAfter = (times: number, opens: boolean) =>
    Array.from({ length: times }, () => {
      const { firstBlockMs } = it.begin()
      if (opens) it.opened()
      it.ended()
      return firstBlockMs
    })
  expect(new Set(waitsAfter(25, false))).toEqual(new Set([700]))
  expect(new Set(waitsAfter(25, true))).toEqual(new Set([700, 1500]))
})
