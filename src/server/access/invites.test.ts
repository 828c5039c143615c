// For the types it adds to the app.
import '@fastify/jwt'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Fastify from 'fastify'
import { describe, expect, test } from 'vitest'
import { testDataDir } from '../fixtures/test-app.ts'
import invitesPlugin from '../plugins/invites.ts'
import { MOST_INVITES } from './invite-book.ts'

const NOW_MS = 1_800_000_000_000
const HOUR_MS = 3600e3

async function opened(dataDir = testDataDir()) {
  const app = Fastify()
  await app.register(invitesPlugin, { dataDir })
  return { app, invites: app.invites, dataDir }
}

describe('an invite', () => {
  test('gives its role in its session until it ends, and then says that it has ended', async () => {
    const { invites } = await opened()
    const made = await invites.create({ role: 'engineer', session: 'jam', hours: 2 }, NOW_MS)
    expect(made.path).toBe(`/s/jam/dev?invite=${made.token}`)
    expect(invites.read(made.token, NOW_MS + 2 * HOUR_MS - 1)).toEqual({
      role: 'engineer',
      session: 'jam',
      isHere: false,
      invite: made.id,
      expiresMs: NOW_MS + 2 * HOUR_MS,
    })
    expect(invites.read(made.token, NOW_MS + 2 * HOUR_MS)).toBe('expired-key')
  })

  test.each([
    ['listener', '/?invite='],
    ['controller', '/console?invite='],
    ['engineer', '/dev?invite='],
  ] as const)('of a %s opens %s', async (role, path) => {
    const { invites } = await opened()
    const made = await invites.create({ role }, NOW_MS)
    expect(made.path).toBe(path + made.token)
    expect(made.expiresMs).toBe(NOW_MS + 24 * HOUR_MS)
  })

  test('does not last longer than who gives it away', async () => {
    const { invites } = await opened()
    const notAfterMs = NOW_MS + HOUR_MS
    expect(await invites.create({ role: 'listener', hours: 9, notAfterMs }, NOW_MS)).toMatchObject({
      expiresMs: notAfterMs,
    })
  })

  test('that was taken back is worth nothing at once, and after a restart', async () => {
    const { invites, dataDir } = await opened()
    const [gone, stays] = [
      await invites.create({ role: 'listener' }),
      await invites.create({ role: 'listener' }),
    ]
    const struck = invites.revoke(gone.id)
    expect(invites.read(gone.token)).toBe('revoked-key')
    await struck
    const again = await opened(dataDir)
    expect(again.invites.read(gone.token)).toBe('revoked-key')
    expect(again.invites.read(stays.token)).toMatchObject({ role: 'listener', session: 'main' })
    expect(again.invites.alive().map(({ id }) => id)).toEqual([stays.id])
  })

  test('of another server, of another algorithm, changed or cut off is a bad key', async () => {
    const { invites } = await opened()
    const { token } = await invites.create({ role: 'listener' }, NOW_MS)
    const [head = '', body = '', seal = ''] = token.split('.')
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString())
    const other = await opened()
    for (const bad of [
      (await other.invites.create({ role: 'listener' }, NOW_MS)).token,
      `${part({ alg: 'none', typ: 'JWT' })}.${body}.`,
      `${part({ alg: 'HS512', typ: 'JWT' })}.${body}.${seal}`,
      `${head}.${part({ ...claims, role: 'controller' })}.${seal}`,
      `${head}.${body}`,
      '..',
      'a.b.c',
    ])
      expect(invites.read(bad, NOW_MS)).toBe('bad-key')
  })

  test('that lacks a claim is a bad key, even when it is signed', async () => {
    const { app, invites } = await opened()
    expect(invites.read(app.jwt.sign({ role: 'controller', session: 'main' }), NOW_MS)).toBe('bad-key')
  })
})

test('an invite that is taken back while others are made never works again', async () => {
  const { invites, dataDir } = await opened()
  const gone = await invites.create({ role: 'controller' })
  const others = Array.from({ length: 5 }, () => invites.create({ role: 'listener' }))
  const struck = invites.revoke(gone.id)
  let done = false
  const all = Promise.all([...others, struck]).then(() => {
    done = true
  })
  while (!done) {
    expect(invites.read(gone.token)).toBe('revoked-key')
    await new Promise((resolve) => setImmediate(resolve))
  }
  await all
  const again = await opened(dataDir)
  expect(again.invites.read(gone.token)).toBe('revoked-key')
  expect(again.invites.alive()).toHaveLength(5)
})

test('the first invites may be made at once', async () => {
  const { invites, dataDir } = await opened()
  const made = await Promise.all([1, 2, 3, 4].map(() => invites.create({ role: 'listener' })))
  const again = await opened(dataDir)
  for (const { token } of made) expect(again.invites.read(token)).toMatchObject({ role: 'listener' })
})

describe('what is kept', () => {
  test('is for this user only, and nothing is there before the first invite', async () => {
    const { invites, dataDir } = await opened()
    await expect(readdir(dataDir)).rejects.toThrow('ENOENT')
    await invites.create({ role: 'listener' })
    for (const file of ['secret', 'invites.json'])
      expect((await stat(join(dataDir, file))).mode & 0o777).toBe(0o600)
    expect((await readdir(dataDir)).sort()).toEqual(['invites.json', 'secret'])
  })

  test('has no token in it', async () => {
    const { invites, dataDir } = await opened()
    const { token } = await invites.create({ role: 'listener' })
    const [, , seal = 'none'] = token.split('.')
    expect(await readFile(join(dataDir, 'invites.json'), 'utf8')).not.toContain(seal)
  })

  test.each([
    ['secret', 'short'],
    ['invites.json', '{"invites":[{}]}'],
  ])('and makes no sense any more, %s, ends the links and no more', async (file, text) => {
    const dataDir = testDataDir()
    const first = await opened(dataDir)
    const { token } = await first.invites.create({ role: 'listener' })
    await writeFile(join(dataDir, file), text)
    const { invites } = await opened(dataDir)
    expect(invites.read(token)).toMatch(/^(bad|revoked)-key$/)
    const made = await invites.create({ role: 'listener' })
    expect((await opened(dataDir)).invites.read(made.token)).toMatchObject({ role: 'listener' })
  })

  test('can not be where there is a file: the invite is refused, with a reason', async () => {
    const dataDir = testDataDir()
    await mkdir(join(dataDir, '..'), { recursive: true })
    await writeFile(dataDir, '')
    const { invites } = await opened(dataDir)
    await expect(invites.create({ role: 'listener' })).rejects.toMatchObject({ reason: 'not-writable' })
  })

  test('is bounded; what has expired makes place', async () => {
    const one = {
      role: 'listener',
      session: 'main',
      createdMs: NOW_MS,
      expiresMs: NOW_MS + HOUR_MS,
    }
    const all = Array.from({ length: MOST_INVITES }, (_, i) => ({ ...one, id: String(i) }))
    const dataDir = testDataDir()
    await mkdir(dataDir)
    await writeFile(join(dataDir, 'invites.json'), JSON.stringify({ version: 1, invites: all }))
    const { invites } = await opened(dataDir)
    await expect(invites.create({ role: 'listener' }, NOW_MS)).rejects.toMatchObject({
      reason: 'invites-full',
    })
    await invites.create({ role: 'listener' }, NOW_MS + HOUR_MS)
    expect(invites.alive(NOW_MS + HOUR_MS)).toHaveLength(1)
  })
})
