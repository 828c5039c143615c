// What settings about addresses may be. Pure.
import { isIP } from 'node:net'
import type { Parsed } from './setting.ts'

/** Names that stand for whole ranges of addresses. */
const RANGES = ['loopback', 'linklocal', 'uniquelocal']
const MOST_PROXIES = 32

/** `/backline/`, `backline` and `/backline` are the same: `/backline`. The root is ''. */
export function basePath(text: string): Parsed<string> {
  const path = text.trim().replace(/^\/+|\/+$/g, '')
  if (path === '') return { ok: true, value: '' }
  return /^[\w.~-]+(\/[\w.~-]+)*$/.test(path) && !path.split('/').some((part) => /^\.+$/.test(part))
    ? { ok: true, value: `/${path}` }
    : { ok: false, allowed: 'a path of letters, digits, ".", "_", "~" and "-", such as /backline' }
}

/** Whose forwarded headers are believed; 'none' is nobody's. */
export function proxies(text: string): Parsed<readonly string[]> {
  const names = text.split(',').map((name) => name.trim())
  if (names.length === 1 && names[0] === 'none') return { ok: true, value: [] }
  return names.length <= MOST_PROXIES && names.every((name) => RANGES.includes(name) || isRange(name))
    ? { ok: true, value: names }
    : {
        ok: false,
        allowed: `none, or up to ${MOST_PROXIES} addresses with commas, such as loopback,192.168.1.2,10.0.0.0/24`,
      }
}

/** An address, or one with the number of its leading bits that count. */
function isRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return false
  return (
    bits === undefined ||
    (/^\d{1,3}$/.test(bits) && Number(bits) > 0 && Number(bits) <= (family === 4 ? 32 : 128))
  )
}
