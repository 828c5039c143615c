import { expect, test } from 'vitest'
import { ControlBlock, createControlBlock } from './control-block.ts'

test('a second view of the memory reads the line that was written as one', () => {
  const memory = createControlBlock()
  new ControlBlock(memory).writeLine({ serial: 3, ms: 1234.5, position: 2 ** 41, rateHz: 44100 })
  const line = { serial: 0, ms: 0, position: 0, rateHz: 0 }
  expect(new ControlBlock(memory).readLine(line)).toBe(true)
  expect(line).toEqual({ serial: 3, ms: 1234.5, position: 2 ** 41, rateHz: 44100 })
})

test('a reader that looks in the middle of a write is told so', () => {
  const memory = createControlBlock()
  const block = new ControlBlock(memory)
  Atomics.add(new Int32Array(memory, 0, 1), 0, 1)
  expect(block.readLine({ serial: 0, ms: 0, position: 0, rateHz: 0 })).toBe(false)
})

test('two worklets write their own banks, and everybody else reads the one that is heard', () => {
  const memory = createControlBlock()
  const [first, second, page] = [
    new ControlBlock(memory, 0),
    new ControlBlock(memory, 1),
    new ControlBlock(memory),
  ]
  first.set('playPosition', 1)
  second.set('playPosition', 2)
  page.set('seedPpm', 40)
  expect(page.get('playPosition')).toBe(1)
  page.set('bank', 1)
  expect(page.get('playPosition')).toBe(2)
  expect([first.get('playPosition'), second.get('playPosition'), second.get('seedPpm')]).toEqual([1, 2, 40])
})

test('the room line is read as it was written, and has a lock of its own', () => {
  const memory = createControlBlock()
  const block = new ControlBlock(memory)
  const room = { serial: 3, ms: 10.5, position: 2 ** 41, rateHz: 44_056.9, slewPpm: -1000 }
  block.writeRoom(room)
  const line = { serial: 0, ms: 0, position: 0, rateHz: 0, slewPpm: 0 }
  expect(new ControlBlock(memory, 1).readRoom(line)).toBe(true)
  expect(line).toEqual(room)
  Atomics.add(new Int32Array(memory, 0, 2), 1, 1)
  expect([block.readRoom(line), block.readLine(line)]).toEqual([false, true])
})
