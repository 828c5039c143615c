// What a person reads when something is wrong at the start, word for word, and the exit code a script sees.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { naudiodonLoads } from '../studio/instrument.ts'
import { startBackline } from '../studio/server.ts'
import { startStudio } from '../studio/studio.ts'

const START = fileURLToPath(new URL('../../src/server/start.mjs', import.meta.url))

/** Runs the product until it ends by itself. */
async function start(args: string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [START, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (text) => (stdout += text))
  child.stderr.on('data', (text) => (stderr += text))
  const [code] = await once(child, 'close')
  return { code, stdout, stderr }
}

test('bad settings: all faults at once, exit 2', async () => {
  const { code, stderr } = await start(['--port', 'eighty', '--colour', 'red'], {
    CAPTURE: 'command',
    CAPTURE_PERIOD: '17',
    MIX: '1,9',
  })
  expect(stderr.trim().split('\n')).toEqual([
    '--colour (a flag) is not known; --help lists those that are.',
    'PORT: "eighty" (from flag --port) must be a whole number from 0 to 65535.',
    'CAPTURE_PERIOD: "17" (from environment) must be a whole number from 64 to 256.',
    'CAPTURE_COMMAND: missing, and CAPTURE=command (from environment) needs it: a program that writes raw 16-bit sound to its standard output.',
    'MIX: "1,9" (from environment) must name channels from 1 to 8, the value of CAPTURE_CHANNELS.',
  ])
  expect(code).toBe(2)
})

test('port in use: says so and what to do, exit 3', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void other.close())
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  const { code, stderr } = await start(['--port', String(port), '--capture', 'synth'])
  expect(stderr.trim()).toBe(
    `Port ${port} is already in use, perhaps by another Backline. Choose another with PORT=${port + 1} or --port ${port + 1}.`,
  )
  expect(code).toBe(3)
})

test('--help lists every setting with its default, exit 0', async () => {
  const { code, stdout } = await start(['--help'])
  for (const name of [
    'HOST',
    'PORT',
    'LOG_LEVEL',
    'CAPTURE',
    'CAPTURE_DEVICE',
    'CAPTURE_CHANNELS',
    'CAPTURE_RATE',
    'CAPTURE_PERIOD',
    'CAPTURE_COMMAND',
    'MIX',
  ])
    expect(stdout).toContain(name)
  expect(stdout).toContain('MONTAGE')
  expect(code).toBe(0)
})

test('a device name that fits nothing: says what was seen, exit 4; asked for in auto, the demo synth plays and says why', async () => {
  const studio = await startStudio()
  onTestFinished(() => studio.stop())
  const env = studio.env as NodeJS.ProcessEnv
  const { code, stderr } = await start(
    ['--capture', 'device', '--capture-device', 'Moog', '--port', '0'],
    env,
  )
  // A machine that could not build naudiodon can not look; it says that instead.
  const missing = naudiodonLoads()
    ? 'No input named "Moog" was found (seen: '
    : 'The part that opens audio devices (naudiodon) '
  const advice = naudiodonLoads()
    ? 'Connect it and switch it on, or set CAPTURE_DEVICE to part of another name.\n'
    : 'Install a C++ compiler and Python, then run "npm ci" again; or choose CAPTURE=command or CAPTURE=synth.\n'
  expect(stderr.startsWith(`The instrument can not be opened: ${missing}`)).toBe(true)
  expect(stderr.endsWith(`. ${advice}`)).toBe(true)
  if (naudiodonLoads()) expect(stderr).toContain('MONTAGE (64 channels)')
  expect(code).toBe(4)

  const backline = await startBackline({ studio, env: { CAPTURE: 'auto', CAPTURE_DEVICE: 'Moog' } })
  const { source } = (await backline.health()) as { source: { input: string; fallback: string } }
  expect(source.input).toBe('synth')
  expect(source.fallback).toContain(missing)
  expect(source.fallback).toContain('so the demo synth plays. To hear an instrument, connect it')
  expect(backline.log()).toContain(JSON.stringify(missing).slice(1, -1))
  await backline.stop()
})
