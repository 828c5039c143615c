// What comes over a connection, told by its first byte. Pure.

/** A TLS record that begins a handshake. */
const HANDSHAKE = 0x16

export type Spoken = 'tls' | 'http' | 'neither'

/** HTTP begins with the name of a method. */
export function spokenBy(firstByte: number | undefined): Spoken {
  if (firstByte === HANDSHAKE) return 'tls'
  return firstByte !== undefined && firstByte >= 0x41 && firstByte <= 0x5a ? 'http' : 'neither'
}

/** Where plain HTTP is sent; undefined: the request does not say whom it asked, or not in a way to repeat. */
export function secureAddress(host: string | undefined, url: string | undefined): string | undefined {
  if (host === undefined || !/^[\w.:[\]-]+$/.test(host) || !URL.canParse(`https://${host}`)) return undefined
  // Whatever the request line has, what follows the host begins with a slash.
  const path = /^\/[\x21-\x7e]*$/.test(url ?? '') ? (url as string) : '/'
  return `https://${host}${path}`
}
