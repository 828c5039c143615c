import { expect, test } from 'vitest'
import { LogLines } from './log-lines.ts'

function listen() {
  const said: string[] = []
  return { said, lines: new LogLines((_level, message) => said.push(message)) }
}

test('whole lines, put together from pieces', () => {
  const { said, lines } = listen()
  lines.push('one\ntw', 0)
  lines.push('o\r\n\nthree', 0)
  lines.end(0)
  expect(said).toEqual(['capture command: one', 'capture command: two', 'capture command: three'])
  expect(lines.last).toBe('three')
})

test('a chatty program is cut short: ten lines a second, 300 characters each', () => {
  const { said, lines } = listen()
  for (let i = 0; i < 1000; i++) lines.push(`${'x'.repeat(10_000)}\n`, i)
  expect(said).toHaveLength(11)
  expect(Math.max(...said.map((line) => line.length))).toBeLessThan(330)
  lines.push('later\n', 1_500_000)
  expect(said.at(-1)).toBe('capture command: later')
})
