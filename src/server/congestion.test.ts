import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { congestionAdvice, congestionControl } from './congestion.ts'
import { testDataDir } from './fixtures/test-app.ts'

test('what the kernel says is read, and nothing where there is no such kernel', () => {
  const folder = testDataDir()
  const path = join(folder, 'congestion')
  expect(congestionControl(path)).toBeUndefined()
  mkdirSync(folder, { recursive: true })
  writeFileSync(path, 'cubic\n')
  expect(congestionControl(path)).toBe('cubic')
})

test('BBR is told of, of whatever version; what does not hold back is not', () => {
  expect(congestionAdvice('bbr')).toMatch(/^TCP is bbr on this computer: .* docs\/operations\.md\.$/)
  expect(congestionAdvice('bbr3')).toContain('bbr3')
  for (const name of [undefined, 'cubic', 'reno', 'dctcp']) expect(congestionAdvice(name)).toBeUndefined()
})
