// Every setting, once: its names, its default, what it means, and what is allowed.
import { CAPTURE_KINDS } from '../shared/capture-messages.ts'
import { basePath, proxies } from './address-settings.ts'
import type { NtpServer } from './reference/ntp-server.ts'
import {
  filled,
  host,
  key,
  ntpServers,
  oneNumberOf,
  oneOf,
  origins,
  type Parsed,
  pair,
  type Setting,
  whole,
  yesOrNo,
} from './setting.ts'

const setting = <T>(
  name: string,
  fallback: T,
  explain: string,
  parse: (text: string) => Parsed<T>,
): Setting<T> => ({ name, fallback, explain, parse })

export const SETTINGS = {
  host: setting(
    'HOST',
    '127.0.0.1',
    'address to listen on; also behind a proxy on this computer, leave it',
    host,
  ),
  port: setting('PORT', 8080, 'port to listen on; 0 takes a free one', whole(0, 65_535)),
  lan: {
    ...setting(
      'LAN',
      false,
      'HTTPS for phones and computers on this network, with a certificate made here; shows the address and a QR code',
      yesOrNo,
    ),
    isSwitch: true as const,
  },
  tlsCert: setting('TLS_CERT', '', 'HTTPS with this certificate (PEM, the chain included)', filled('a file')),
  tlsKey: setting('TLS_KEY', '', 'the private key of TLS_CERT (PEM)', filled('a file')),
  basePath: setting('BASE_PATH', '', 'path the page is under at a proxy, such as /backline', basePath),
  trustProxy: setting<readonly string[]>(
    'TRUST_PROXY',
    ['loopback'],
    'proxies whose X-Forwarded-… headers are believed: addresses with commas, or none',
    proxies,
  ),
  logLevel: setting(
    'LOG_LEVEL',
    'info',
    'trace, debug, info, warn, error, fatal or silent',
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
  ),
  capture: setting(
    'CAPTURE',
    'auto',
    'auto (device, else demo synth), device, command or synth',
    oneOf(...CAPTURE_KINDS),
  ),
  device: setting('CAPTURE_DEVICE', 'MONTAGE', 'part of the name of the device to open', filled('a name')),
  channels: setting('CAPTURE_CHANNELS', 8, 'input channels to open, 1 to 32', whole(1, 32)),
  rateHz: setting('CAPTURE_RATE', 44_100, 'sample rate in Hz', whole(8000, 192_000)),
  bits: setting(
    'CAPTURE_BITS',
    16,
    'bits of a sample: 16, or 24 for a source that has them',
    oneNumberOf(16, 24),
  ),
  periodFrames: setting('CAPTURE_PERIOD', 128, 'frames per block, 64 to 256', whole(64, 256)),
  command: setting(
    'CAPTURE_COMMAND',
    '',
    'for CAPTURE=command: writes raw interleaved Int16 (24 bits: Int32) to its stdout',
    filled('a shell command'),
  ),
  mix: setting<readonly [number, number]>('MIX', [1, 2], 'channels played left and right', pair),
  openOnLoopback: setting(
    'OPEN_ON_LOOPBACK',
    true,
    'false: also on this computer everything takes a key, for where a proxy may hide that it is one',
    yesOrNo,
  ),
  maxListeners: setting('MAX_LISTENERS', 100, 'listeners at a time, 1 to 10000', whole(1, 10_000)),
  maxSessionListeners: setting(
    'MAX_SESSION_LISTENERS',
    10_000,
    'listeners at a time in one session, 1 to 10000',
    whole(1, 10_000),
  ),
  maxAddressListeners: setting(
    'MAX_ADDRESS_LISTENERS',
    32,
    'listeners at a time from one address, 1 to 10000',
    whole(1, 10_000),
  ),
  maxAddressUpgrades: setting(
    'MAX_ADDRESS_UPGRADES',
    // All listeners that one address may have come back at once after a restart, and some of them have a console, too.
    64,
    'WebSockets that one address may ask for in 10 s, 1 to 10000',
    whole(1, 10_000),
  ),
  maxUpgrades: setting(
    'MAX_UPGRADES',
    500,
    'WebSockets that all other computers together may ask for in 10 s, 1 to 100000',
    whole(1, 100_000),
  ),
  maxRequests: setting(
    'MAX_REQUESTS',
    600,
    'requests to /api that one address may make in 10 s, 10 to 100000',
    whole(10, 100_000),
  ),
  maxKeyAttempts: setting(
    'MAX_KEY_ATTEMPTS',
    10,
    'wrong keys that one address may try in a minute, 1 to 1000',
    whole(1, 1000),
  ),
  maxMessages: setting(
    'MAX_MESSAGES',
    100,
    'messages that one listener may send in a second (twice as many at once), 20 to 10000',
    whole(20, 10_000),
  ),
  maxMessageKib: setting(
    'MAX_MESSAGE_KIB',
    64,
    'a longer message ends its connection, KiB, 4 to 1024',
    whole(4, 1024),
  ),
  handshakeTimeoutMs: setting(
    'HANDSHAKE_TIMEOUT_MS',
    10_000,
    'how long the head of a request may take, ms, 500 to 60000',
    whole(500, 60_000),
  ),
  requestTimeoutMs: setting(
    'REQUEST_TIMEOUT_MS',
    30_000,
    'how long a whole request may take, ms, 500 to 300000',
    whole(500, 300_000),
  ),
  idleTimeoutMs: setting(
    'IDLE_TIMEOUT_MS',
    60_000,
    'a connection on which nothing is asked for so long is closed, ms, 1000 to 600000',
    whole(1000, 600_000),
  ),
  maxHeaderKib: setting('MAX_HEADER_KIB', 8, 'longest head of a request, KiB, 4 to 64', whole(4, 64)),
  corsOrigins: setting<readonly string[]>(
    'CORS_ORIGINS',
    [],
    'other pages that may use the server, such as https://studio.example, with commas; they need keys, too',
    origins,
  ),
  ntpServers: setting<readonly NtpServer[]>(
    'NTP_SERVERS',
    [],
    'NTP servers that tell the time, host or host:port, with commas; without, the system does',
    ntpServers,
  ),
  maxSessions: setting('MAX_SESSIONS', 8, 'sessions at a time, "main" included, 1 to 100', whole(1, 100)),
  controllerKey: {
    ...setting(
      'CONTROLLER_KEY',
      '',
      'who has it may start, pause and seek from another computer; without, that takes an invite',
      key,
    ),
    isSecret: true as const,
  },
  dataDir: setting(
    'DATA_DIR',
    'data',
    'folder for what is saved, such as presets of the mix; made when something is',
    filled('a folder'),
  ),
  maxGroupDelayMs: setting(
    'MAX_GROUP_DELAY_MS',
    400,
    'together waits for nobody who needs more than this, ms, 20 to 2000',
    whole(20, 2000),
  ),
  steadyBufferS: setting('STEADY_BUFFER_S', 5, 'seconds that steady listeners hold, 1 to 60', whole(1, 60)),
  syncToleranceMs: setting(
    'SYNC_TOLERANCE_MS',
    5,
    'who is further out of step is slow, ms, 1 to 1000',
    whole(1, 1000),
  ),
  resyncThresholdMs: setting(
    'RESYNC_THRESHOLD_MS',
    30,
    'who is further out of step jumps, ms, 5 to 1000',
    whole(5, 1000),
  ),
  slowTimeoutMs: setting(
    'SLOW_TIMEOUT_MS',
    30_000,
    'who is slow for so long is set aside, ms, 1000 to 600000',
    whole(1000, 600_000),
  ),
  listenerTimeoutMs: setting(
    'LISTENER_TIMEOUT_MS',
    5000,
    'who reports nothing for so long is not waited for, ms, 1500 to 60000',
    whole(1500, 60_000),
  ),
  ultraLowLatency: setting(
    'ULTRA_LOW_LATENCY',
    false,
    'tells groups their state every 50 and 30 ms instead of 100 and 60',
    yesOrNo,
  ),
} as const

export type Values = {
  [K in keyof typeof SETTINGS]: (typeof SETTINGS)[K] extends Setting<infer T> ? T : never
}

/** `CAPTURE_RATE` → `capture-rate` */
export function flagOf(name: string): string {
  return name.toLowerCase().replaceAll('_', '-')
}

/** What `--help` prints. */
export function helpText(): string {
  const rows = Object.values<Setting<unknown>>(SETTINGS).map(({ name, fallback, explain }) => ({
    flag: `--${flagOf(name)}`,
    name,
    fallback: String(fallback) || '(none)',
    explain,
  }))
  const width = (key: 'flag' | 'name' | 'fallback') => Math.max(...rows.map((row) => row[key].length)) + 2
  const [flag, name, fallback] = [width('flag'), width('name'), width('fallback')]
  const line = (row: (typeof rows)[number]) =>
    `  ${row.flag.padEnd(flag)}${row.name.padEnd(name)}${row.fallback.padEnd(fallback)}${row.explain}`
  return [
    'Backline carries a live instrument into any browser, in time.',
    '',
    'Usage: npm start -- [--port 9000] [--capture synth] …',
    '',
    line({ flag: 'Flag', name: 'Environment', fallback: 'Default', explain: 'What it does' }),
    ...rows.map(line),
    `  ${'--help'.padEnd(flag + name + fallback)}prints this`,
    '',
    'A flag wins over the environment, the environment over a .env file in the current folder.',
  ].join('\n')
}
