// Thread: page. Where on its host the server is: its document says so with <base>, which is "/" or, behind a proxy, a path.

/** '', or what comes before every path of the server, such as `/backline`. */
export function basePath(): string {
  const base = globalThis.document?.querySelector('base')
  return base ? new URL(base.href).pathname.replace(/\/$/, '') : ''
}

/** The path on this host of what the server knows as `path`. */
export const serverPath = (path: string): string => basePath() + path

/** What the server knows as the path of this page. */
export function withoutBase(pathname: string): string {
  const base = basePath()
  return pathname.startsWith(`${base}/`) ? pathname.slice(base.length) : pathname === base ? '/' : pathname
}
