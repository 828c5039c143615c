// What one setting is, and the readers of what a person wrote for it. Pure.
import { parseOrigins } from './access/origins.ts'
import { MAX_SERVERS, type NtpServer, parseServers } from './reference/ntp-server.ts'

export type Parsed<T> = { ok: true; value: T } | { ok: false; allowed: string }

export interface Setting<T> {
  /** Name in the environment and in `.env`; the flag is derived from it. */
  name: string
  fallback: T
  /** One line for `--help`. */
  explain: string
  parse(text: string): Parsed<T>
  /** Its flag may stand alone, and means true then. */
  isSwitch?: true
  /** A wrong value is not told again: what is printed is kept by others. */
  isSecret?: true
}

export const whole = (low: number, high: number) => (text: string) => {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  return value >= low && value <= high
    ? { ok: true as const, value }
    : { ok: false as const, allowed: `a whole number from ${low} to ${high}` }
}

export const oneOf =
  <const T extends string>(...values: readonly T[]) =>
  (text: string): Parsed<T> => {
    const value = values.find((candidate) => candidate === text.toLowerCase())
    return value === undefined ? { ok: false, allowed: `one of ${values.join(', ')}` } : { ok: true, value }
  }

export const oneNumberOf =
  <const T extends number>(...values: readonly T[]) =>
  (text: string): Parsed<T> => {
    const value = values.find((candidate) => String(candidate) === text.trim())
    return value === undefined ? { ok: false, allowed: values.join(' or ') } : { ok: true, value }
  }

export function yesOrNo(text: string): Parsed<boolean> {
  const value = { true: true, false: false }[text.trim().toLowerCase()]
  return value === undefined ? { ok: false, allowed: 'true or false' } : { ok: true, value }
}

const LEAST_KEY = 8

/** It travels in addresses, so without anything that means something there. */
export function key(text: string): Parsed<string> {
  return /^[\w.~-]+$/.test(text) && text.length >= LEAST_KEY
    ? { ok: true, value: text }
    : { ok: false, allowed: `at least ${LEAST_KEY} letters, digits, ".", "_", "~" or "-"` }
}

export const filled = (allowed: string) => (text: string) =>
  text.trim() === '' ? { ok: false as const, allowed } : { ok: true as const, value: text.trim() }

export function host(text: string): Parsed<string> {
  return /^[\w.:%-]+$/.test(text)
    ? { ok: true, value: text }
    : { ok: false, allowed: 'a host name or an IP address of this machine' }
}

export function pair(text: string): Parsed<readonly [number, number]> {
  const [, left, right] = /^\s*(\d{1,2})\s*,\s*(\d{1,2})\s*$/.exec(text) ?? []
  const value = [Number(left), Number(right)] as const
  return value[0] >= 1 && value[1] >= 1
    ? { ok: true, value }
    : { ok: false, allowed: 'two channel numbers counted from 1, such as 1,2' }
}

export function origins(text: string): Parsed<readonly string[]> {
  const value = parseOrigins(text)
  return value === undefined
    ? { ok: false, allowed: 'origins with commas, such as https://studio.example,http://10.0.0.5:8080' }
    : { ok: true, value }
}

export function ntpServers(text: string): Parsed<readonly NtpServer[]> {
  const value = parseServers(text)
  return value === undefined
    ? { ok: false, allowed: `up to ${MAX_SERVERS} names or addresses, such as a.example,10.0.0.1:1123` }
    : { ok: true, value }
}
