import { once } from 'node:events'
import { getPriority } from 'node:os'
import { expect, test, vi } from 'vitest'
import { testApp } from './fixtures/test-app.ts'
import { niceOf, priorityAdvice, tellPriority } from './priority.ts'

test.each([
  [0, 'linux', /priority.*LimitNICE=-15.*limits\.conf/],
  [5, 'darwin', /priority[^"]*$/],
  [-15, 'linux', /^undefined$/],
  [-14, 'win32', /^undefined$/],
] as const)('nice %i on %s', (nice, platform, said) => {
  expect(String(priorityAdvice(nice, platform))).toMatch(said)
})

test('the nice value of a process is read, and of one that has gone there is none', () => {
  expect(niceOf(process.pid)).toBe(getPriority())
  expect(niceOf(2 ** 22 + 1)).toBeUndefined()
})

test('a capture that may not go first is said once, however often it is started', async () => {
  const { app } = await testApp('steady')
  const said: unknown[] = []
  // The fixture does not ask for any.
  tellPriority(app.capture, { info: (facts, message) => said.push({ ...facts, message }) })
  for (let i = 0; i < 3; i++) {
    await vi.waitUntil(() => app.session.status.state === 'running', { timeout: 30_000 })
    const again = once(app.capture, 'ready')
    process.kill(app.capture.pid as number, 'SIGKILL')
    await again
  }
  expect(said).toEqual([
    { part: 'capture', nice: getPriority(), message: expect.stringMatching(/no priority/) },
  ])
})
