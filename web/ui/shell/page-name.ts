import { serverPath, withoutBase } from '../../player/address/base-path.ts'
import type { RoomAddress } from '../../player/address/room-address.ts'

export type PageName = 'listen' | 'console' | 'dev'

/** `/`, `/console`, `/dev`, each also below `/s/<session>`. */
export function pageName(pathname: string): PageName {
  const last = /^(?:\/s\/[\w-]+)?\/(console|dev)\/?$/.exec(withoutBase(pathname))?.[1]
  return last === 'console' || last === 'dev' ? last : 'listen'
}

/** What tells a browser how to install this session's page. */
export function manifestPath({ session }: Pick<RoomAddress, 'session'>): string {
  return serverPath(session === 'main' ? '/manifest.webmanifest' : `/s/${session}/manifest.webmanifest`)
}

/** Where a page of this session is. The key stays with the tab. */
export function pagePath({ session }: Pick<RoomAddress, 'session'>, page: PageName): string {
  const base = session === 'main' ? '' : `/s/${session}`
  return serverPath(page === 'listen' ? base || '/' : `${base}/${page}`)
}
