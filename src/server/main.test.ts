import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { EXIT } from './exit-codes.ts'
import { testFolder } from './fixtures/test-folder.ts'
import { testCertificate } from './tls/fixtures/test-certificate.ts'

// Whole processes, with the real capture child.
const SLOW_MS = 30_000

function start(...args: string[]) {
  const server = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), fileURLToPath(new URL('main.ts', import.meta.url)), ...args],
    { cwd: tmpdir(), stdio: ['ignore', 'pipe', 'pipe'] },
  )
  onTestFinished(() => void server.kill('SIGKILL'))
  const exit = once(server, 'exit').then(([code]) => code as number | null)
  return { server, exit, stderr: text(server.stderr) }
}

/** Resolves with what the log has said once it contains all of `what`. */
function says(server: ChildProcess, ...what: string[]): Promise<string> {
  return new Promise((resolve) => {
    let log = ''
    server.stdout?.on('data', (chunk) => {
      log += chunk
      if (what.every((part) => log.includes(part))) resolve(log)
    })
  })
}

/** Resolves when the process is gone. A zombie that nobody reaps is gone as well. */
async function gone(pid: number): Promise<void> {
  const runs = () => {
    try {
      process.kill(pid, 0)
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
    } catch {
      return false // no such process, or no /proc to look for zombies in
    }
  }
  while (runs()) await new Promise((resolve) => setTimeout(resolve, 5))
}

async function play(...args: string[]) {
  const running = start('--port=0', '--capture=synth', ...args)
  const log = await says(running.server, 'Backline plays at', 'plays demo synth')
  const url = /Backline plays at (http\S+?)"/.exec(log)?.[1] as string
  const children = readFileSync(`/proc/${running.server.pid}/task/${running.server.pid}/children`, 'utf8')
  const captures = children
    .trim()
    .split(' ')
    .map(Number)
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('capture'))
  return { ...running, url, capturePid: captures[0] as number }
}

test(
  'wrong settings end it with 2 and one plain line for each',
  async () => {
    const { exit, stderr } = start('--port=x', '--mix=9,9')
    expect(await exit).toBe(EXIT.badSettings)
    expect((await stderr).trim().split('\n')).toEqual([
      expect.stringMatching(/^PORT: /),
      expect.stringMatching(/^MIX: /),
    ])
  },
  SLOW_MS,
)

test(
  'a port in use ends it with 3 and says how to choose another',
  async () => {
    const other = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void other.close())
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const { exit, stderr } = start(`--port=${port}`, '--capture=synth')
    expect(await exit).toBe(EXIT.noAddress)
    expect(await stderr).toBe(
      `Port ${port} is already in use, perhaps by another Backline. Choose another with PORT=${port + 1} or --port ${port + 1}.\n`,
    )
  },
  SLOW_MS,
)

test(
  'a source that refuses its settings ends it with 4 and the reason',
  async () => {
    const { exit, stderr } = start('--port=0', '--capture=device', '--capture-device=no-such-thing')
    expect(await exit).toBe(EXIT.captureRefused)
    expect(await stderr).toMatch(/^The instrument can not be opened: .*(no-such-thing|naudiodon)/)
  },
  SLOW_MS,
)

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s ends it with 0 and leaves no capture child behind',
  async (signal) => {
    const { server, exit, url, capturePid } = await play()
    expect((await fetch(`${url}health`)).status).toBe(200)
    server.kill(signal)
    expect(await exit).toBe(EXIT.asked)
    await gone(capturePid)
  },
  SLOW_MS,
)

test(
  'even SIGKILL leaves no capture child behind',
  async () => {
    const { server, capturePid } = await play()
    server.kill('SIGKILL')
    await gone(capturePid)
  },
  SLOW_MS,
)

test(
  'a certificate whose key is another’s ends it with 2 and one plain line',
  async () => {
    const { flags, cert, key } = await pair()
    writeFileSync(key, (await testCertificate()).key)
    const { exit, stderr } = start('--port=0', '--capture=synth', ...flags)
    expect(await exit).toBe(EXIT.badSettings)
    expect(await stderr).toBe(`TLS_KEY: "${key}" is not the key of the certificate in TLS_CERT: "${cert}".\n`)
  },
  SLOW_MS,
)

test(
  'SIGHUP has it read a renewed certificate, and it plays on',
  async () => {
    const { flags, cert, key } = await pair()
    const { server, exit } = start('--port=0', '--capture=synth', ...flags)
    expect(await says(server, 'Backline plays at', 'plays demo synth')).toContain(
      'plays at https://localhost:',
    )
    const next = await testCertificate()
    writeFileSync(cert, next.cert)
    writeFileSync(key, next.key)
    server.kill('SIGHUP')
    await says(server, 'the certificate is a new one', next.fingerprint)
    server.kill('SIGTERM')
    expect(await exit).toBe(EXIT.asked)
  },
  SLOW_MS,
)

/** A certificate and its key in files, and the flags that name them. */
async function pair() {
  const folder = testFolder()
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const made = await testCertificate()
  writeFileSync(cert, made.cert)
  writeFileSync(key, made.key)
  return { cert, key, flags: [`--tls-cert=${cert}`, `--tls-key=${key}`] }
}
