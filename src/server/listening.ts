import { isLoopback } from './routes/same-origin.ts'

/** The address a person on this machine can open: not 0.0.0.0, and the name rather than the number. */
export function pageUrl(address: string, { isSecure = false, basePath = '' } = {}): string {
  const url = new URL(`${basePath}/`, address)
  if (isSecure) url.protocol = 'https:'
  if (isLoopback(url.hostname) || url.hostname === '0.0.0.0' || url.hostname === '[::]')
    url.hostname = 'localhost'
  return url.href
}

/** Why the server can not listen, and what to do; undefined when it is nothing the user can mend. */
export function listenFailure(
  error: NodeJS.ErrnoException,
  { host, port }: { host: string; port: number },
): string | undefined {
  const next = port < 65_535 ? port + 1 : 8080
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} is already in use, perhaps by another Backline. Choose another with PORT=${next} or --port ${next}.`
    case 'EACCES':
      return `Port ${port} is not allowed to this user on this computer. Choose another with PORT=8080 or --port 8080.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is not an address of this machine. Choose another with HOST=127.0.0.1 or --host 127.0.0.1.`
    default:
      return undefined
  }
}
