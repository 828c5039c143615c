import { generateKeyPairSync } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testFolder } from '../fixtures/test-folder.ts'
import { CertificateFiles } from './certificate-files.ts'
import { testCertificate } from './fixtures/test-certificate.ts'

async function files() {
  const folder = testFolder()
  const paths = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  const first = await testCertificate()
  writeFileSync(paths.cert, first.cert)
  writeFileSync(paths.key, first.key)
  return { paths, first, source: new CertificateFiles(paths) }
}

test('the pair is what the files hold, and a new one once they hold another', async () => {
  const { paths, first, source } = await files()
  expect((await source.load()).fingerprint).toBe(first.fingerprint)
  expect(await source.renewed()).toBeUndefined()
  const next = await testCertificate()
  writeFileSync(paths.cert, next.cert)
  // Half of it: the key is still the old one. Said once, not at every look.
  await expect(source.renewed()).rejects.toMatchObject({ reason: 'not-a-pair' })
  expect(await source.renewed()).toBeUndefined()
  writeFileSync(paths.key, next.key)
  expect((await source.renewed())?.fingerprint).toBe(next.fingerprint)
})

const passphrase = 'a word that opens it'
const locked = (): string =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase },
  }).privateKey

type Make = (() => string | Promise<string>) | undefined
const cases: [what: string, which: 'cert' | 'key', make: Make, reason: string, message: RegExp][] = [
  [
    'no certificate',
    'cert',
    () => 'hello',
    'bad-certificate',
    /^TLS_CERT: ".*cert\.pem" holds no certificate/,
  ],
  ['no key', 'key', () => 'hello', 'bad-key', /^TLS_KEY: ".*key\.pem" holds no private key/],
  ['a locked key', 'key', locked, 'bad-key', /without a passphrase/],
  ['no file', 'cert', undefined, 'unreadable', /^TLS_CERT: ".*cert\.pem" can not be read \(ENOENT\)\.$/],
  [
    'the key of another',
    'key',
    async () => (await testCertificate()).key,
    'not-a-pair',
    /^TLS_KEY: .* is not the key of the certificate in TLS_CERT: /,
  ],
]

test.each(cases)('%s is refused with a sentence', async (_what, which, make, reason, message) => {
  const { paths, source } = await files()
  if (make) writeFileSync(paths[which], await make())
  else rmSync(paths[which])
  await expect(source.load()).rejects.toMatchObject({ reason, message: expect.stringMatching(message) })
})
