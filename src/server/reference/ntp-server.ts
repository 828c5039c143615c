/** Where an NTP server is. */
export interface NtpServer {
  readonly host: string
  readonly port: number
}

export const NTP_PORT = 123
/** More would not make the time better, and each is asked at every poll. */
export const MAX_SERVERS = 8

/** As people write it; the port only where it is not the usual one. */
export function nameOf({ host, port }: NtpServer): string {
  if (port === NTP_PORT) return host
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** `a.example, 10.0.0.1:1123, [::1]:1123` → servers, each once; undefined where one of them can not be read. */
export function parseServers(text: string): readonly NtpServer[] | undefined {
  const servers = new Map<string, NtpServer>()
  for (const part of text.split(',')) {
    const server = parseServer(part.trim())
    if (server === undefined) return undefined
    servers.set(nameOf(server), server)
  }
  return servers.size <= MAX_SERVERS ? [...servers.values()] : undefined
}

function parseServer(text: string): NtpServer | undefined {
  const [, bracketed, bare, named, digits] =
    /^(?:\[([\da-f:.%\w]+)\]|([\da-f]*:[\da-f]*:[\da-f:.]*)|([\w.-]+))(?::(\d{1,5}))?$/i.exec(text) ?? []
  const host = bracketed ?? bare ?? named
  const port = digits === undefined ? NTP_PORT : Number(digits)
  if (host === undefined || port < 1 || port > 65_535) return undefined
  return Object.freeze({ host, port })
}
