// Addresses that others can open. Pure.

/** A host that only this computer can reach by that name. */
export function isHere(hostname: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/.test(hostname)
}

/** An address by number, as routers give them out for a while; as typed, with or without scheme and port. */
export function isByNumber(typed: string): boolean {
  const origin = originOf(typed)
  return origin !== undefined && /^(\d{1,3}(\.\d{1,3}){3}|\[.*\])$/.test(new URL(origin).hostname)
}

/** What a person typed as the address others use, as an origin; undefined: it is none. */
export function originOf(typed: string): string | undefined {
  const text = typed.trim()
  const full = /^https?:\/\//.test(text) ? text : `https://${text}`
  return text !== '' && URL.canParse(full) ? new URL(full).origin : undefined
}
