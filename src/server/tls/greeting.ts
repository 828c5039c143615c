// What a person at the terminal is shown when others on the network can listen. Pure.
import { renderUnicodeCompact } from 'uqr'

export interface Greeting {
  /** Address of the page, without anything that is secret. */
  url: string
  /** The same with an invite, or as it is where there is none. */
  inviteUrl: string
  /** SHA-256 of the certificate; undefined for one that browsers know to trust. */
  fingerprint: string | undefined
}

/** Light on dark whatever colours the terminal has: a scanner wants dark on light, and the blocks are the light part. */
const LIGHT = '\x1b[97;40m'
const RESET = '\x1b[0m'

export const WARNING =
  'The browser warns once, because this computer made its certificate itself: choose "Advanced" or "Details", then go on to the page.'

/** Lines for a terminal. */
export function greeting({ url, inviteUrl, fingerprint }: Greeting): string {
  const code = renderUnicodeCompact(inviteUrl, { border: 2 })
    .split('\n')
    .map((line) => `  ${LIGHT}${line}${RESET}`)
  return [
    '',
    '  To listen on another device, scan this or open it there:',
    '',
    ...code,
    '',
    `  ${inviteUrl}`,
    ...(inviteUrl === url ? [] : ['  (whoever has this link may listen)']),
    ...(fingerprint === undefined
      ? []
      : ['', `  ${WARNING}`, `  It is this one if its SHA-256 fingerprint is ${fingerprint}`]),
    '',
    '',
  ].join('\n')
}
