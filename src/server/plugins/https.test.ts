import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { get } from 'node:https'
import { syncBuiltinESMExports } from 'node:module'
import os from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import pino from 'pino'
import { renderUnicodeCompact } from 'uqr'
import { expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { readConfig } from '../config.ts'
import { testApp, testDataDir } from '../fixtures/test-app.ts'
import { testFolder } from '../fixtures/test-folder.ts'
import { testCertificate } from '../tls/fixtures/test-certificate.ts'
import { openHttps } from '../tls/open-https.ts'
// For the types they add to the app.
import './https.ts'
import './invites.ts'

/** Only for what hangs. */
const PATIENT = { timeout: 30_000 }

/** A server over HTTPS with these settings, with what it logs and what it shows on a terminal. */
async function secureApp(args: string[], { onTerminal = true } = {}) {
  const folder = `--data-dir=${testDataDir()}`
  const https = await openHttps(readConfig({ args: [...args, folder], env: {} }))
  const log: string[] = []
  const shown: string[] = []
  const { app, port } = await testApp('steady', {
    args: [...args, folder],
    https,
    terminal: onTerminal ? (text) => void shown.push(text) : undefined,
    logger: pino({ level: 'info' }, { write: (line: string) => void log.push(line) }),
  })
  return { app, port, log, shown, https }
}

async function ask(port: number, path: string): Promise<IncomingMessage> {
  const options = { host: '127.0.0.1', port, path, rejectUnauthorized: false, agent: false }
  const [reply] = (await once(get(options), 'response')) as [IncomingMessage]
  reply.resume()
  return reply
}

async function writePair(folder: string) {
  const made = await testCertificate()
  writeFileSync(join(folder, 'cert.pem'), made.cert)
  writeFileSync(join(folder, 'key.pem'), made.key)
  return made
}

test('sound and isolation headers come over HTTPS', async () => {
  const { port } = await secureApp(['--lan'])
  const reply = await ask(port, '/health')
  expect(reply.headers).toMatchObject({
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  })
  const socket = new WebSocket(`wss://127.0.0.1:${port}/ws/audio`, { rejectUnauthorized: false })
  onTestFinished(() => socket.terminate())
  await once(socket, 'message')
})

test('LAN shows a code with an invite on a terminal, and never in the log', async () => {
  const { shown, log, https } = await secureApp(['--lan', '--host=10.9.8.7', '--base-path=/band'])
  await vi.waitFor(() => expect(shown).toHaveLength(1), PATIENT)
  const text = stripVTControlCharacters(shown.join(''))
  const link = /https:\/\/10\.9\.8\.7:\d+\/band\/\?invite=(\S+)/.exec(text)
  expect(link).not.toBeNull()
  for (const line of renderUnicodeCompact(link?.[0] as string, { border: 2 }).split('\n'))
    expect(text).toContain(line)
  expect(text).toContain('The browser warns once')
  const fingerprint = https?.servers.certificate.fingerprint as string
  expect(text).toContain(fingerprint)
  expect(log.join('')).toMatch(/Others on this network listen at https:\/\/10\.9\.8\.7:\d+\/band\/"/)
  expect(log.join('')).toContain(fingerprint)
  expect(log.join('')).not.toContain(link?.[1])
})

test('where the system does not tell its addresses LAN goes on with the name, and says so', async () => {
  const spy = vi.spyOn(os, 'networkInterfaces').mockImplementation(() => {
    throw new Error('uv_interface_addresses returned EACCES')
  })
  syncBuiltinESMExports()
  onTestFinished(() => {
    spy.mockRestore()
    syncBuiltinESMExports()
  })
  const { port, log } = await secureApp(['--lan'])
  expect(spy).toHaveBeenCalled()
  expect(log.join('')).toContain('addresses can not be read (uv_interface_addresses returned EACCES)')
  expect(log.join('')).toContain('Others on this network listen at https://')
  expect((await ask(port, '/health')).statusCode).toBe(200)
})

test('without a terminal LAN makes no invite', async () => {
  const { app, shown, log } = await secureApp(['--lan'], { onTerminal: false })
  expect(log.join('')).toContain('Others on this network listen at https://')
  expect(shown).toEqual([])
  expect(app.invites.alive()).toEqual([])
})

test('a renewed certificate is used without a restart; a bad one is not, and the log says why', async () => {
  const folder = testFolder()
  const first = await writePair(folder)
  const args = [`--tls-cert=${join(folder, 'cert.pem')}`, `--tls-key=${join(folder, 'key.pem')}`]
  const { app, log, https } = await secureApp(args)
  expect(https?.servers.certificate.fingerprint).toBe(first.fingerprint)
  writeFileSync(join(folder, 'key.pem'), (await testCertificate()).key)
  await app.renewCertificate()
  expect(https?.servers.certificate.fingerprint).toBe(first.fingerprint)
  expect(log.join('')).toMatch(/is not the key of the certificate in .* The certificate stays as it was\./)
  const next = await writePair(folder)
  await app.renewCertificate()
  expect(https?.servers.certificate.fingerprint).toBe(next.fingerprint)
  expect(log.join('')).toContain(`"fingerprint":"${next.fingerprint}"`)
})

test('a certificate that others trust is not warned of', async () => {
  const folder = testFolder()
  await writePair(folder)
  const args = [`--tls-cert=${join(folder, 'cert.pem')}`, `--tls-key=${join(folder, 'key.pem')}`, '--lan']
  const { shown } = await secureApp(args)
  await vi.waitFor(() => expect(shown).toHaveLength(1), PATIENT)
  expect(shown.join('')).toContain('?invite=')
  expect(shown.join('')).not.toContain('warns')
})
