import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testApp } from '../fixtures/test-app.ts'
import { testFolder } from '../fixtures/test-folder.ts'

test('no page may carry scripts or styles of its own, but for the one whose text is known', async () => {
  const pageRoot = testFolder()
  writeFileSync(join(pageRoot, 'index.html'), '<!doctype html><title>Backline</title>')
  const { url } = await testApp('steady', { pageRoot })
  const reply = await fetch(`${url}/s/nowhere`)
  const policy = reply.headers.get('content-security-policy') ?? ''
  expect(policy).not.toContain('unsafe-inline')
  const [, style = ''] = /<style>(.*?)<\/style>/s.exec(await reply.text()) ?? []
  const hash = createHash('sha256').update(style).digest('base64')
  expect(policy).toContain(`style-src 'self' 'sha256-${hash}'`)
})
