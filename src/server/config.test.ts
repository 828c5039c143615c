import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig, wantsHelp } from './config.ts'
import { testFolder } from './fixtures/test-folder.ts'
import { helpText, SETTINGS } from './settings.ts'

function folderWithDotenv(text: string): string {
  const cwd = testFolder()
  writeFileSync(join(cwd, '.env'), text)
  return cwd
}

function faultsOf(args: string[], env: Record<string, string> = {}, cwd?: string): readonly string[] {
  try {
    readConfig({ args, env, ...(cwd === undefined ? {} : { cwd }) })
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

describe('the settings', () => {
  test('with nothing set are the documented defaults', () => {
    const config = readConfig({ args: [], env: {} })
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      logLevel: 'info',
      maxListeners: 100,
      ntpServers: [],
      maxSessions: 8,
      controllerKey: '',
    })
    expect(config.room).toEqual({
      maxGroupDelayMs: 400,
      steadyMs: 5000,
      toleranceMs: 5,
      resyncMs: 30,
      slowTimeoutMs: 30_000,
      listenerTimeoutMs: 5000,
      ultraLowLatency: false,
    })
    expect(config.capture).toEqual({
      capture: 'auto',
      device: 'MONTAGE',
      channels: 8,
      rateHz: 44_100,
      bits: 16,
      periodFrames: 128,
      command: '',
      gains: [
        [1, 0, 0, 0, 0, 0, 0, 0],
        [0, 1, 0, 0, 0, 0, 0, 0],
      ],
      gainsAreDefault: true,
    })
  })

  test('take a flag over the environment, the environment over .env, and .env over the default', () => {
    const cwd = folderWithDotenv('PORT=1001\nHOST=10.0.0.1\nCAPTURE_RATE=48000\n')
    const env = { PORT: '1002', HOST: '10.0.0.2' }
    const config = readConfig({ args: ['--port=1003'], env, cwd })
    expect(config).toMatchObject({ port: 1003, host: '10.0.0.2', capture: { rateHz: 48_000 } })
    expect(process.env['CAPTURE_RATE']).toBeUndefined()
  })

  test.each([[['--port', '9000']], [['--port=9000']]])('read %j as port 9000', (args) => {
    expect(readConfig({ args, env: {} }).port).toBe(9000)
  })

  test('can not be changed after they were read', () => {
    const config = readConfig({ args: [], env: {} })
    expect(
      [config, config.capture, config.capture.gains, config.capture.gains[0]].every(Object.isFrozen),
    ).toBe(true)
  })

  test('of rooms are read from where all others are', () => {
    const env = { ULTRA_LOW_LATENCY: 'TRUE', STEADY_BUFFER_S: '12', CONTROLLER_KEY: 'a-long.key_~1' }
    const config = readConfig({ args: ['--sync-tolerance-ms=2', '--max-sessions=1'], env })
    expect(config).toMatchObject({ maxSessions: 1, controllerKey: 'a-long.key_~1' })
    expect(config.room).toMatchObject({ ultraLowLatency: true, steadyMs: 12_000, toleranceMs: 2 })
    expect(Object.isFrozen(config.room)).toBe(true)
  })

  test('know whether the user chose the mix', () => {
    const { capture } = readConfig({ args: ['--mix', '3,2', '--capture-channels=4'], env: {} })
    expect(capture).toMatchObject({
      gainsAreDefault: false,
      gains: [
        [0, 0, 1, 0],
        [0, 1, 0, 0],
      ],
    })
  })

  test('take one channel, which goes to both sides', () => {
    const { capture } = readConfig({ args: ['--capture-channels=1'], env: {} })
    expect(capture).toMatchObject({ channels: 1, gains: [[1], [1]], gainsAreDefault: true })
    expect(faultsOf(['--capture-channels=1', '--mix=1,2'])[0]).toMatch(/^MIX: "1,2"/)
  })

  test('take 24 bits as a number, and ask a command for 32', () => {
    expect(readConfig({ args: ['--capture-bits=24'], env: {} }).capture.bits).toBe(24)
    expect(faultsOf(['--capture-bits=24', '--capture=command'])[0]).toMatch(/raw 32-bit sound/)
  })

  test.each([
    ['a.example', [{ host: 'a.example', port: 123 }]],
    [
      '10.0.0.1:1123, b.example ,10.0.0.1:1123',
      [
        { host: '10.0.0.1', port: 1123 },
        { host: 'b.example', port: 123 },
      ],
    ],
    [
      '[::1]:1123,fe80::1,[fe80::1%eth0]',
      [
        { host: '::1', port: 1123 },
        { host: 'fe80::1', port: 123 },
        { host: 'fe80::1%eth0', port: 123 },
      ],
    ],
  ])('take the NTP servers %s', (text, servers) => {
    expect(readConfig({ args: ['--ntp-servers', text], env: {} }).ntpServers).toEqual(servers)
  })

  test('take an empty variable as not set', () => {
    expect(readConfig({ args: [], env: { PORT: '' } }).port).toBe(8080)
  })
})

describe('wrong settings', () => {
  test('are reported all at once, each with where it came from and what is allowed', () => {
    const cwd = folderWithDotenv('CAPTURE_PERIOD=1000\n')
    const env = { CAPTURE: 'command', MIX: '1,9' }
    expect(faultsOf(['--port', '99999', '--colour', 'blue', 'extra'], env, cwd)).toEqual([
      '--colour (a flag) is not known; --help lists those that are.',
      '"extra" (an argument) is not a flag; see --help.',
      'PORT: "99999" (from flag --port) must be a whole number from 0 to 65535.',
      'CAPTURE_PERIOD: "1000" (from .env) must be a whole number from 64 to 256.',
      'CAPTURE_COMMAND: missing, and CAPTURE=command (from environment) needs it: a program that writes raw 16-bit sound to its standard output.',
      'MIX: "1,9" (from environment) must name channels from 1 to 8, the value of CAPTURE_CHANNELS.',
    ])
  })

  test('that are misspelt in .env are said, and a key is not said again', () => {
    const cwd = folderWithDotenv('OPEN_ON_LOOPBAK=false\nCONTROLLER_KEY=correct horse\n')
    const [misspelt, key] = faultsOf([], {}, cwd)
    expect(misspelt).toBe('OPEN_ON_LOOPBAK (in .env) is not a setting; --help lists those that are.')
    expect(key).toContain('CONTROLLER_KEY: what it is (from .env) must be')
    expect(key).not.toContain('horse')
  })

  test.each([
    ['--log-level=loud', 'LOG_LEVEL'],
    ['--capture=tape', 'CAPTURE'],
    ['--mix=0,1', 'MIX'],
    ['--mix=left', 'MIX'],
    ['--capture-channels=0', 'CAPTURE_CHANNELS'],
    ['--capture-rate=44.1k', 'CAPTURE_RATE'],
    ['--capture-bits=20', 'CAPTURE_BITS'],
    ['--host=a b', 'HOST'],
    ['--max-listeners=0', 'MAX_LISTENERS'],
    ['--capture-device=', 'CAPTURE_DEVICE'],
    ['--ntp-servers=a.example,', 'NTP_SERVERS'],
    ['--ntp-servers=a.example:0', 'NTP_SERVERS'],
    ['--ntp-servers=a b', 'NTP_SERVERS'],
    ['--ntp-servers=a,b,c,d,e,f,g,h,i', 'NTP_SERVERS'],
    ['--controller-key=short', 'CONTROLLER_KEY'],
    ['--controller-key=no&way&in', 'CONTROLLER_KEY'],
    ['--max-session-listeners=0', 'MAX_SESSION_LISTENERS'],
    ['--max-address-listeners=many', 'MAX_ADDRESS_LISTENERS'],
    ['--max-address-upgrades=0', 'MAX_ADDRESS_UPGRADES'],
    ['--max-upgrades=100001', 'MAX_UPGRADES'],
    ['--max-requests=9', 'MAX_REQUESTS'],
    ['--max-key-attempts=0', 'MAX_KEY_ATTEMPTS'],
    ['--max-messages=19', 'MAX_MESSAGES'],
    ['--max-message-kib=2048', 'MAX_MESSAGE_KIB'],
    ['--handshake-timeout-ms=10', 'HANDSHAKE_TIMEOUT_MS'],
    ['--request-timeout-ms=1e3', 'REQUEST_TIMEOUT_MS'],
    ['--idle-timeout-ms=0', 'IDLE_TIMEOUT_MS'],
    ['--max-header-kib=1', 'MAX_HEADER_KIB'],
    ['--cors-origins=*', 'CORS_ORIGINS'],
    ['--cors-origins=studio.example', 'CORS_ORIGINS'],
    ['--ultra-low-latency=yes', 'ULTRA_LOW_LATENCY'],
    ['--steady-buffer-s=61', 'STEADY_BUFFER_S'],
    ['--port', '--port'],
  ])('are refused: %s', (flag, name) => {
    const faults = faultsOf([flag])
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(new RegExp(`^${name}[: ]`))
  })
})

test('--help names every setting with its default', () => {
  expect(wantsHelp(['--port', '1', '--help'])).toBe(true)
  const lines = helpText().split('\n')
  for (const { name, fallback, explain } of Object.values(SETTINGS)) {
    const line = lines.find((candidate) => candidate.includes(` ${name} `))
    expect(line).toContain(explain)
    expect(line).toContain(String(fallback))
  }
})
