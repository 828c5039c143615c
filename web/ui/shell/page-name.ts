export type PageName = 'listen' | 'console' | 'dev'

/** `/`, `/console`, `/dev`, each also below `/s/<session>`. Pure. */
export function pageName(pathname: string): PageName {
  const last = /^(?:\/s\/[\w-]+)?\/(console|dev)\/?$/.exec(pathname)?.[1]
  return last === 'console' || last === 'dev' ? last : 'listen'
}
