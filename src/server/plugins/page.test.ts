import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test as base, describe, expect, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { TestListener, testApp } from '../fixtures/test-app.ts'
import { testFolder } from '../fixtures/test-folder.ts'

const test = base.extend('page', () => {
  const root = testFolder()
  writeFileSync(join(root, 'index.html'), '<!doctype html><base href="/" /><script src="./main.js"></script>')
  writeFileSync(join(root, 'main.js'), 'play()')
  return root
})

test('whoever installs the page of a session comes back to that session', async ({ page }) => {
  const icons = [{ src: 'icon.svg', type: 'image/svg+xml' }]
  writeFileSync(
    join(page, 'manifest.webmanifest'),
    JSON.stringify({ name: 'Backline', start_url: '.', icons }),
  )
  const { app, url } = await testApp('steady', { pageRoot: page })
  const { session } = app.sessions.create('')
  const address = `${url}/s/${session.id}/manifest.webmanifest`
  const reply = await fetch(address)
  expect(reply.headers.get('content-type')).toContain('application/manifest+json')
  const manifest = await reply.json()
  expect(new URL(manifest.start_url, address).pathname).toBe(`/s/${session.id}`)
  expect(new URL(manifest.scope, address).pathname).toBe('/')
  expect(new URL(manifest.icons[0].src, address).pathname).toBe('/icon.svg')
  expect((await fetch(`${url}/s/nowhere/manifest.webmanifest`)).status).toBe(404)
})

describe('under BASE_PATH', () => {
  const args = ['--base-path=/studio/backline']

  test('every page says where its files are', async ({ page }) => {
    const { app, url } = await testApp('steady', { pageRoot: page, args })
    const { session } = app.sessions.create('')
    const paths = [
      '',
      '/',
      '/index.html',
      '/console',
      '/dev',
      '/dev/',
      `/s/${session.id}`,
      `/s/${session.id}/dev/`,
    ]
    for (const path of paths) {
      const reply = await fetch(`${url}/studio/backline${path}`)
      expect([path, reply.status, reply.headers.get('cross-origin-embedder-policy')]).toEqual([
        path,
        200,
        'require-corp',
      ])
      expect(await reply.text()).toContain('<base href="/studio/backline/" />')
    }
    const none = await fetch(`${url}/studio/backline/s/nowhere`)
    expect(await none.text()).toContain('<a href="/studio/backline/">')
  })

  test.each(['/studio/backline', ''])('files, API and sound are at "%s"', async (prefix) => {
    const page = testFolder()
    writeFileSync(join(page, 'index.html'), '<base href="/" />')
    writeFileSync(join(page, 'main.js'), 'play()')
    const { url, port } = await testApp('steady', { pageRoot: page, args })
    expect(await (await fetch(`${url}${prefix}/main.js`)).text()).toBe('play()')
    expect((await fetch(`${url}${prefix}/health`)).status).toBe(200)
    const socket = new WebSocket(`ws://127.0.0.1:${port}${prefix}/ws/audio`)
    onTestFinished(() => socket.terminate())
    await new Promise((resolve, reject) => socket.once('message', resolve).once('error', reject))
  })

  test('what only begins the same is not there', async ({ page }) => {
    const { url } = await testApp('steady', { pageRoot: page, args })
    expect((await fetch(`${url}/studio/backlines`)).status).toBe(404)
    expect((await fetch(`${url}/other/health`)).status).toBe(404)
  })

  test('an address of a new session can be opened', async ({ page }) => {
    const { url } = await testApp('steady', { pageRoot: page, args })
    const made = await fetch(`${url}/studio/backline/api/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    const { url: path } = (await made.json()) as { url: string }
    expect(path).toMatch(/^\/studio\/backline\/s\//)
    expect(made.headers.get('location')).toBe(path)
    expect((await fetch(url + path)).status).toBe(200)
  })
})

test('at the root the document goes out as it was built', async ({ page }) => {
  const { url, port } = await testApp('steady', { pageRoot: page })
  expect(await (await fetch(`${url}/console`)).text()).toContain('<base href="/" />')
  const listener = new TestListener(port)
  await listener.until(() => listener.packets.length > 0)
})
