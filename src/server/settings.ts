// Every setting, once: its names, its default, what it means, and what is allowed.
import { MAX_SERVERS, type NtpServer, parseServers } from './reference/ntp-server.ts'

export type Parsed<T> = { ok: true; value: T } | { ok: false; allowed: string }

export interface Setting<T> {
  /** Name in the environment and in `.env`; the flag is derived from it. */
  name: string
  fallback: T
  /** One line for `--help`. */
  explain: string
  parse(text: string): Parsed<T>
}

const whole = (low: number, high: number) => (text: string) => {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  return value >= low && value <= high
    ? { ok: true as const, value }
    : { ok: false as const, allowed: `a whole number from ${low} to ${high}` }
}

const oneOf =
  <const T extends string>(...values: readonly T[]) =>
  (text: string): Parsed<T> => {
    const value = values.find((candidate) => candidate === text.toLowerCase())
    return value === undefined ? { ok: false, allowed: `one of ${values.join(', ')}` } : { ok: true, value }
  }

const oneNumberOf =
  <const T extends number>(...values: readonly T[]) =>
  (text: string): Parsed<T> => {
    const value = values.find((candidate) => String(candidate) === text.trim())
    return value === undefined ? { ok: false, allowed: values.join(' or ') } : { ok: true, value }
  }

const filled = (allowed: string) => (text: string) =>
  text.trim() === '' ? { ok: false as const, allowed } : { ok: true as const, value: text.trim() }

function host(text: string): Parsed<string> {
  return /^[\w.:%-]+$/.test(text)
    ? { ok: true, value: text }
    : { ok: false, allowed: 'a host name or an IP address of this machine' }
}

function pair(text: string): Parsed<readonly [number, number]> {
  const [, left, right] = /^\s*(\d{1,2})\s*,\s*(\d{1,2})\s*$/.exec(text) ?? []
  const value = [Number(left), Number(right)] as const
  return value[0] >= 1 && value[1] >= 1
    ? { ok: true, value }
    : { ok: false, allowed: 'two channel numbers counted from 1, such as 1,2' }
}

function ntpServers(text: string): Parsed<readonly NtpServer[]> {
  const value = parseServers(text)
  return value === undefined
    ? { ok: false, allowed: `up to ${MAX_SERVERS} names or addresses, such as a.example,10.0.0.1:1123` }
    : { ok: true, value }
}

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
    oneOf('auto', 'device', 'command', 'synth'),
  ),
  device: setting('CAPTURE_DEVICE', 'MONTAGE', 'part of the name of the device to open', filled('a name')),
  channels: setting('CAPTURE_CHANNELS', 8, 'input channels to open, 2 to 32', whole(2, 32)),
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
  maxListeners: setting('MAX_LISTENERS', 100, 'listeners at a time, 1 to 10000', whole(1, 10_000)),
  ntpServers: setting<readonly NtpServer[]>(
    'NTP_SERVERS',
    [],
    'NTP servers that tell the time, host or host:port, with commas; without, the system does',
    ntpServers,
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
