import type { FastifyRequest } from 'fastify'

/** One value of the query; undefined: not given, or more than once. */
export function asked({ query }: Pick<FastifyRequest, 'query'>, name: string): string | undefined {
  const value = (query as Record<string, unknown>)[name]
  return typeof value === 'string' ? value : undefined
}

/** The key that came along: `authorization: Bearer …`, else `key` of the query. '' is none. */
export function keyOf(request: Pick<FastifyRequest, 'query' | 'headers'>): string {
  const { authorization = '' } = request.headers
  return /^Bearer\s+(\S+)$/i.exec(authorization)?.[1] ?? asked(request, 'key') ?? ''
}
