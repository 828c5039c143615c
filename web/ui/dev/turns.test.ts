import { beforeEach, expect, test, vi } from 'vitest'
import { Turns } from './turns.ts'

let frames: (() => void)[] = []
beforeEach(() => {
  frames = []
  vi.stubGlobal('requestAnimationFrame', (then: () => void) => frames.push(then))
  return () => vi.unstubAllGlobals()
})

function frame(): void {
  for (const then of frames.splice(0)) then()
}

test('each frame does one piece, in the order it was asked for, and then no more frames are', () => {
  const done: string[] = []
  const turns = new Turns()
  for (const name of ['a', 'b', 'c']) turns.ask({ name }, () => done.push(name))
  expect(done).toEqual([])
  frame()
  expect(done).toEqual(['a'])
  frame()
  frame()
  expect(done).toEqual(['a', 'b', 'c'])
  expect(frames).toEqual([])
})

test('of one that asks again only the last counts', () => {
  const done: string[] = []
  const turns = new Turns()
  const [one, other] = [{}, {}]
  turns.ask(one, () => done.push('first'))
  turns.ask(other, () => done.push('other'))
  turns.ask(one, () => done.push('last'))
  for (let i = 0; i < 4; i++) frame()
  expect(done).toEqual(['last', 'other'])
})

test('what was dropped is not done, and what fails does not stop the others', () => {
  const done: string[] = []
  const turns = new Turns()
  const [one, other] = [{}, {}]
  turns.ask(one, () => done.push('dropped'))
  turns.ask(other, () => {
    throw new Error('no canvas')
  })
  turns.ask({}, () => done.push('third'))
  turns.drop(one)
  expect(frame).toThrow('no canvas')
  frame()
  expect(done).toEqual(['third'])
})
