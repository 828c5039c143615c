// The one reader of the settings. Everything else takes values as arguments.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parse as parseDotenv } from 'dotenv'
import type { SourceSettings } from '../shared/capture-messages.ts'
import type { AccessLimits } from './access/limits.ts'
import type { NtpServer } from './reference/ntp-server.ts'
import type { RoomSettings } from './sessions/room-settings.ts'
import type { Setting } from './setting.ts'
import { flagOf, SETTINGS, type Values } from './settings.ts'

export interface Config {
  readonly host: string
  readonly port: number
  readonly lan: boolean
  /** Both or neither; '' is none. */
  readonly tlsCert: string
  readonly tlsKey: string
  /** '' or with a leading slash and no closing one. */
  readonly basePath: string
  /** Whose forwarded headers are believed. */
  readonly trustProxy: readonly string[]
  readonly logLevel: Values['logLevel']
  readonly maxListeners: number
  readonly limits: AccessLimits
  /** Other pages that may use the server. */
  readonly corsOrigins: readonly string[]
  /** Who is on this computer needs no key. */
  readonly openOnLoopback: boolean
  readonly ntpServers: readonly NtpServer[]
  readonly maxSessions: number
  /** Empty: one is to be made. */
  readonly controllerKey: string
  /** What is saved lies here; relative to the current folder. */
  readonly dataDir: string
  readonly room: RoomSettings
  readonly capture: SourceSettings
}

/** The settings are wrong: `faults` has one line for each, all of them at once. */
export class ConfigError extends Error {
  readonly faults: readonly string[]
  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.name = 'ConfigError'
    this.faults = faults
  }
}

export interface ConfigSources {
  /** Arguments after the script's name. */
  args: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  /** Folder whose `.env` is read; without it none is. */
  cwd?: string
}

interface Given {
  text: string
  from: string
}

type RoomValues = Omit<RoomSettings, 'steadyMs' | 'toleranceMs' | 'resyncMs'> &
  Pick<Values, 'steadyBufferS' | 'syncToleranceMs' | 'resyncThresholdMs'>

type Table = Record<string, Setting<unknown>>

export function wantsHelp(args: readonly string[]): boolean {
  return args.includes('--help') || args.includes('-h')
}

/** Reads once, opens nothing, changes nothing. Throws ConfigError and nothing else. */
export function readConfig({ args, env, cwd }: ConfigSources): Config {
  const faults: string[] = []
  const flags = readFlags(args, faults)
  const file = cwd === undefined ? {} : readDotenv(join(cwd, '.env'), faults)
  const names = Object.values(SETTINGS as Table).map(({ name }) => name)
  for (const name of Object.keys(file).filter((one) => !names.includes(one)))
    faults.push(`${name} (in .env) is not a setting; --help lists those that are.`)
  const values: Record<string, unknown> = {}
  const given: Partial<Record<keyof Values, Given>> = {}
  const bad = new Set<string>()

  for (const [key, setting] of Object.entries(SETTINGS as Table)) {
    values[key] = setting.fallback
    const found = pick(setting.name, flags, env, file)
    if (found === undefined) continue
    given[key as keyof Values] = found
    const parsed = setting.parse(found.text)
    if (parsed.ok) values[key] = parsed.value
    else {
      bad.add(key)
      const told = setting.isSecret ? 'what it is' : `"${found.text}"`
      faults.push(`${setting.name}: ${told} (from ${found.from}) must be ${parsed.allowed}.`)
    }
  }

  const settings = values as unknown as Values
  // To be reached is what it is for, unless somebody says where.
  if (settings.lan && given.host === undefined) values['host'] = '0.0.0.0'
  if (!bad.has('tlsCert') && !bad.has('tlsKey') && (settings.tlsCert === '') !== (settings.tlsKey === ''))
    faults.push(
      settings.tlsKey === ''
        ? `TLS_KEY: missing, and TLS_CERT (from ${given.tlsCert?.from}) needs it: the file with its private key.`
        : `TLS_CERT: missing, and TLS_KEY (from ${given.tlsKey?.from}) needs it: the file with the certificate.`,
    )
  if (settings.capture === 'command' && settings.command === '' && !bad.has('command'))
    faults.push(
      `CAPTURE_COMMAND: missing, and CAPTURE=command (from ${given.capture?.from}) needs it: a program that writes raw ${settings.bits === 16 ? 16 : 32}-bit sound to its standard output.`,
    )
  // One channel goes to both sides, unless somebody says otherwise.
  const isPlainMono = settings.channels === 1 && given.mix === undefined
  if (!bad.has('channels') && !isPlainMono && Math.max(...settings.mix) > settings.channels)
    faults.push(
      `MIX: "${given.mix?.text}" (from ${given.mix?.from}) must name channels from 1 to ${settings.channels}, the value of CAPTURE_CHANNELS.`,
    )
  if (faults.length > 0) throw new ConfigError(faults)
  return toConfig(settings, given.mix === undefined)
}

function toConfig(values: Values, gainsAreDefault: boolean): Config {
  const { host, port, logLevel, maxListeners, ntpServers, maxSessions, controllerKey, dataDir, ...rest } =
    values
  const { lan, tlsCert, tlsKey, basePath, trustProxy, corsOrigins, openOnLoopback, ...inner } = rest
  const { maxKeyAttempts, maxRequests, maxAddressUpgrades, maxUpgrades, ...a } = inner
  const { maxSessionListeners, maxAddressListeners, maxMessages, maxMessageKib, ...b } = a
  const { handshakeTimeoutMs, requestTimeoutMs, idleTimeoutMs, maxHeaderKib, mix, ...others } = b
  const limits = {
    ...{ maxKeyAttempts, maxRequests, maxAddressUpgrades, maxUpgrades },
    ...{ maxSessionListeners, maxAddressListeners, maxMessages, maxMessageKib },
    ...{ handshakeTimeoutMs, requestTimeoutMs, idleTimeoutMs, maxHeaderKib },
  }
  const { capture: input, device, channels, rateHz, bits, periodFrames, command, ...room } = others
  const capture = { capture: input, device, channels, rateHz, bits, periodFrames, command }
  const gains = mix.map((channel) =>
    Object.freeze(
      Array.from({ length: channels }, (_, i) => (i + 1 === Math.min(channel, channels) ? 1 : 0)),
    ),
  )
  return Object.freeze({
    host,
    port,
    lan,
    tlsCert,
    tlsKey,
    basePath,
    trustProxy: Object.freeze(trustProxy),
    logLevel,
    maxListeners,
    limits: Object.freeze(limits),
    corsOrigins: Object.freeze(corsOrigins),
    openOnLoopback,
    ntpServers: Object.freeze(ntpServers),
    maxSessions,
    controllerKey,
    dataDir,
    room: Object.freeze(toRoomSettings(room)),
    capture: Object.freeze({ ...capture, gains: Object.freeze(gains), gainsAreDefault }),
  })
}

function toRoomSettings({
  steadyBufferS,
  syncToleranceMs,
  resyncThresholdMs,
  ...rest
}: RoomValues): RoomSettings {
  return {
    ...rest,
    steadyMs: steadyBufferS * 1000,
    toleranceMs: syncToleranceMs,
    resyncMs: resyncThresholdMs,
  }
}

function pick(
  name: string,
  flags: ReadonlyMap<string, string>,
  env: ConfigSources['env'],
  file: Record<string, string>,
): Given | undefined {
  const flag = flagOf(name)
  const text = flags.get(flag)
  if (text !== undefined) return { text, from: `flag --${flag}` }
  // An empty variable is how shells and containers say "not set".
  if (env[name]) return { text: env[name], from: 'environment' }
  if (file[name]) return { text: file[name], from: '.env' }
  return undefined
}

function readFlags(args: readonly string[], faults: string[]): Map<string, string> {
  const table = Object.values(SETTINGS as Table)
  const known = table.map(({ name }) => flagOf(name))
  const switches = table.filter(({ isSwitch }) => isSwitch).map(({ name }) => flagOf(name))
  const options = Object.fromEntries(
    known.map((flag) => [
      flag,
      { type: switches.includes(flag) ? ('boolean' as const) : ('string' as const) },
    ]),
  )
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true })
  const flags = new Map<string, string>()
  let afterUnknown = false
  for (const token of tokens) {
    if (token.kind === 'positional') {
      // What follows an unknown flag is most likely its value: one mistake, one line.
      if (!afterUnknown) faults.push(`"${token.value}" (an argument) is not a flag; see --help.`)
    } else if (token.kind === 'option' && !known.includes(token.name))
      faults.push(`${token.rawName} (a flag) is not known; --help lists those that are.`)
    else if (token.kind === 'option') {
      if (token.value === undefined && switches.includes(token.name)) flags.set(token.name, 'true')
      else if (token.value === undefined || (!token.inlineValue && token.value.startsWith('--')))
        faults.push(`${token.rawName} (a flag) needs a value, such as ${token.rawName}=…`)
      else flags.set(token.name, token.value)
    }
    afterUnknown = token.kind === 'option' && !known.includes(token.name)
  }
  return flags
}

function readDotenv(path: string, faults: string[]): Record<string, string> {
  try {
    return parseDotenv(readFileSync(path))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT')
      faults.push(`.env: the file can not be read (${code}). Check its permissions, or delete it.`)
    return {}
  }
}
