// No key stands in the log, wherever it came from: fields by their name, and the whole line by what keys look like.

/** Fields whose value is nobody's business, at the top of a line and one and two levels below. */
const SECRET_FIELDS = [
  'key',
  'invite',
  'token',
  'secret',
  'controllerKey',
  'authorization',
  'cookie',
  'password',
  'privateKey',
]
export const SECRET_PATHS: readonly string[] = SECRET_FIELDS.flatMap((name) => [
  name,
  `*.${name}`,
  `*.*.${name}`,
])

export const CENSORED = '…'

/** In an address, in a header, and by itself; inside JSON, so a quotation mark ends it. */
const IN_ADDRESS = /([?&](?:key|invite)=)[^&#\s"'\\<>]+/gi
const BEARER = /(\bBearer\s+)[^\s"'\\,]+/gi
const SIGNED = /\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g

/** A line of the log without any key that stands in its text. */
export function withoutKeys(line: string): string {
  return line.replace(IN_ADDRESS, `$1${CENSORED}`).replace(BEARER, `$1${CENSORED}`).replace(SIGNED, CENSORED)
}
