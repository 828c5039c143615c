import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 72 bits: nobody finds a session by trying. */
const ID_BYTES = 9
const KEY_BYTES = 18
const MAX_NAME = 60

/** For addresses: 12 letters, digits, "-" and "_". */
export function newSessionId(): string {
  return randomBytes(ID_BYTES).toString('base64url')
}

/** 144 bits. */
export function newKey(): string {
  return randomBytes(KEY_BYTES).toString('base64url')
}

/** In a time that does not tell how much of it is right, nor how long the key is. */
export function isKey(given: string, key: string): boolean {
  return timingSafeEqual(digest(given), digest(key))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** One line, without what can not be seen, of at most MAX_NAME characters. */
export function tidyName(name: string): string {
  const line = name
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return [...line].slice(0, MAX_NAME).join('')
}
