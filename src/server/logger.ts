import pino, { type Logger, type LoggerOptions } from 'pino'
import type { Config } from './config.ts'
import { CENSORED, SECRET_PATHS, withoutKeys } from './logs/without-keys.ts'

/** For every logger of the server. */
export function logOptions(level: Config['logLevel']): LoggerOptions {
  return {
    level,
    base: null,
    redact: { paths: [...SECRET_PATHS], censor: CENSORED },
    hooks: { streamWrite: withoutKeys },
  }
}

/** JSON lines on stdout; on a terminal, lines for people where pino-pretty is installed. */
export async function createLogger(level: Config['logLevel']): Promise<Logger> {
  const options = logOptions(level)
  if (!process.stdout.isTTY) return pino(options)
  try {
    // In this thread: a transport's worker costs more memory than a few lines are worth.
    const { default: pretty } = await import('pino-pretty')
    return pino(options, pretty({ ignore: 'part', translateTime: 'SYS:HH:MM:ss.l', singleLine: true }))
  } catch {
    return pino(options) // a development dependency: an installation without it logs JSON
  }
}
