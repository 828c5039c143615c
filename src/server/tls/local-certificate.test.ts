import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testFolder } from '../fixtures/test-folder.ts'
import { LocalCertificate } from './local-certificate.ts'

const DAY_MS = 86_400_000
const NOW_MS = Date.UTC(2027, 2, 1)

/** A computer whose address and clock can be changed. */
function computer() {
  const dataDir = testFolder()
  const world = { nowMs: NOW_MS, address: '10.1.2.3' }
  const open = () =>
    new LocalCertificate({
      dataDir,
      nowMs: () => world.nowMs,
      names: () => ({
        best: world.address,
        hosts: ['localhost', 'studio', 'studio.local'],
        addresses: ['127.0.0.1', '::1', world.address, 'fd00::7'],
      }),
    })
  return { world, open, path: (name: string) => join(dataDir, 'tls', name) }
}

test('the certificate is for this computer by all its names, for 397 days, and its key is for nobody else', async () => {
  const { open, path } = computer()
  const { cert, fingerprint, untilMs, fromMs } = await open().load()
  const parsed = new X509Certificate(cert)
  for (const host of ['localhost', 'studio', 'studio.local']) expect(parsed.checkHost(host)).toBe(host)
  for (const ip of ['127.0.0.1', '::1', '10.1.2.3', 'fd00::7']) expect(parsed.checkIP(ip)).toBe(ip)
  expect(parsed.ca).toBe(false)
  expect(parsed.publicKey.asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' })
  expect(untilMs - fromMs).toBe(397 * DAY_MS)
  expect(fromMs).toBeLessThan(NOW_MS)
  expect(fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
  expect(statSync(path('key.pem')).mode & 0o777).toBe(0o600)
  expect(readFileSync(path('cert.pem'), 'utf8')).toBe(cert)
})

test('it is the same at the next start, so nobody is warned twice', async () => {
  const { open } = computer()
  const first = await open().load()
  const again = open()
  expect((await again.load()).fingerprint).toBe(first.fingerprint)
  expect(await again.renewed()).toBeUndefined()
})

test('another one is made 30 days before its end', async () => {
  const { world, open } = computer()
  const source = open()
  const first = await source.load()
  world.nowMs = first.untilMs - 30 * DAY_MS
  expect(await source.renewed()).toBeUndefined()
  world.nowMs++
  const next = await source.renewed()
  expect(next?.fingerprint).not.toBe(first.fingerprint)
  expect((await open().load()).fingerprint).toBe(next?.fingerprint)
})

test('another one is made when this computer has a new address', async () => {
  const { world, open } = computer()
  const source = open()
  const first = await source.load()
  world.address = '192.168.7.7'
  const next = await source.renewed()
  expect(next?.fingerprint).not.toBe(first.fingerprint)
  expect(new X509Certificate(next?.cert as string).checkIP('192.168.7.7')).toBe('192.168.7.7')
})

test.each([
  ['cert.pem', 'nothing of the sort'],
  ['key.pem', ''],
])('a %s that can not be used is made anew', async (name, text) => {
  const { open, path } = computer()
  const first = await open().load()
  writeFileSync(path(name), text)
  const next = await open().load()
  expect(next.fingerprint).not.toBe(first.fingerprint)
  expect((await open().load()).fingerprint).toBe(next.fingerprint)
})

test('where it can not be kept, the folder is named', async () => {
  const dataDir = join(testFolder(), 'file')
  writeFileSync(dataDir, '')
  const names = () => ({ best: '10.1.2.3', hosts: ['localhost'], addresses: ['10.1.2.3'] })
  await expect(new LocalCertificate({ dataDir, names }).load()).rejects.toMatchObject({
    reason: 'not-kept',
    message: expect.stringMatching(/^LAN: .*file\/tls.*DATA_DIR/),
  })
})
