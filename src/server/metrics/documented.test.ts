import { expect, test } from 'vitest'
import { codeIn, rowsUnder } from '../fixtures/operations.ts'
import { testApp } from '../fixtures/test-app.ts'
import { readMetrics } from './fixtures/exposition.ts'

test('docs/operations.md has a row for each metric that is exposed, and none for others', async () => {
  const { url } = await testApp('steady')
  const { metrics } = readMetrics(await (await fetch(`${url}/metrics`)).text())
  const rows = rowsUnder('Metrics')
  const documented = rows.map(([metric]) => codeIn(metric)[0] as string)
  expect([...documented].sort()).toEqual([...metrics.keys()].sort())
  for (const [metric, tells, todo] of rows) {
    expect([metric, tells === '', todo === '']).toEqual([metric, false, false])
  }
})
