import { expect, test } from 'vitest'
import type { Store } from '../memory/store.ts'
import { TrimMemory, trimWithin } from './trim-memory.ts'

function storeWith(text: string | null): Store {
  let held = text
  return {
    getItem: () => held,
    setItem: (_, value) => {
      held = value
    },
  }
}

test('each device has its own trim, on the next visit too', () => {
  const store = storeWith(null)
  new TrimMemory(store).save('usb', { trimMs: 12.5, leadMs: 31 })
  new TrimMemory(store).save('', { trimMs: -3 })
  expect(new TrimMemory(store).load('usb')).toEqual({ trimMs: 12.5, leadMs: 31 })
  expect(new TrimMemory(store).load('').trimMs).toBe(-3)
  expect(new TrimMemory(store).load('radio')).toEqual({ trimMs: 0 })
})

test('of many devices the sixteen last used stay', () => {
  const memory = new TrimMemory(storeWith(null))
  for (let i = 1; i <= 20; i++) memory.save(`device ${i}`, { trimMs: i })
  expect(memory.load('device 4').trimMs).toBe(0)
  expect(memory.load('device 5').trimMs).toBe(5)
})

test.each([
  ['{', 0],
  ['null', 0],
  ['[1,null,["",7]]', 0],
  ['[["",{"trimMs":"4","leadMs":-1}]]', 0],
  ['[["",{"trimMs":9000}]]', 500],
])('a store that holds %s is survived', (text, trimMs) => {
  expect(new TrimMemory(storeWith(text)).load('')).toEqual({ trimMs })
})

test('a store that is forbidden or full is survived', () => {
  const no = () => {
    throw new Error('no')
  }
  for (const store of [undefined, { getItem: no, setItem: no }]) {
    const memory = new TrimMemory(store)
    memory.save('', { trimMs: 4 })
    expect(memory.load('')).toEqual({ trimMs: 0 })
  }
})

test('a trim is a number within bounds', () => {
  expect([-501, 12.25, 7000, Number.NaN, '3'].map(trimWithin)).toEqual([-500, 12.25, 500, 0, 0])
})
