// The server behind a path of its own, such as /backline. Pure.

/**
 * The address a route is known by. A proxy may leave `base` on, or take it off: both reach the same route.
 * `base` is '' or begins with a slash and does not end with one.
 */
export function withoutBase(url: string, base: string): string {
  if (base === '' || !url.startsWith(base)) return url
  const rest = url.slice(base.length)
  if (rest === '' || rest.startsWith('?')) return `/${rest}`
  return rest.startsWith('/') ? rest : url
}
