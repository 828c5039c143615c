// From routes and their words to an OpenAPI document. Pure.
import { STATUS_CODES } from 'node:http'
import Type, { type TSchema } from 'typebox'
import { actionOf, OPEN } from '../access/actions.ts'
import { type Operation, TAGS } from './operation.ts'
import { OPERATIONS } from './operations.ts'

/** As `errors` answers. */
const ErrorReply = Type.Object({
  error: Type.String({ description: 'The status in words.' }),
  reason: Type.String({ description: 'For programs: stable.' }),
  message: Type.String({ description: 'For people.' }),
})

/** Of every address that is not open to all. */
const DOOR = {
  401: 'no-key, bad-key, expired-key, revoked-key.',
  403: 'wrong-role, wrong-session: the key is good for something else; bad-origin: a page of somebody else asks.',
  429: 'too-many-attempts, too-many-requests, too-many-upgrades: `retry-after` says when.',
} as const

export interface RouteSchema {
  summary?: string
  hide?: boolean
  response?: Record<string, unknown>
  querystring?: unknown
  [part: string]: unknown
}

/** What is said of one route; a route that is no part of the API is hidden. */
export function describeRoute(method: string, url: string, schema: RouteSchema = {}): RouteSchema {
  const operation = OPERATIONS[`${method} ${url}`]
  if (operation === undefined) return isPartOfApi(url) ? schema : { ...schema, hide: true }
  const { tag, summary, description, query } = operation
  const action = actionOf(method, url)
  return {
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(query === undefined ? {} : { querystring: queryOf(query) }),
    ...(action === OPEN ? { security: [] } : { 'x-roles': action.roles }),
    ...schema,
    ...answers(operation, schema, action === OPEN ? {} : DOOR),
  }
}

function isPartOfApi(url: string): boolean {
  return url.startsWith('/api/') || url.startsWith('/ws/')
}

function queryOf(query: Readonly<Record<string, TSchema>>): TSchema {
  return Type.Object(
    Object.fromEntries(Object.entries(query).map(([name, schema]) => [name, Type.Optional(schema)])),
  )
}

function answers(
  { answers, errors }: Operation,
  { response }: RouteSchema,
  door: Operation['errors'],
): Pick<RouteSchema, 'response'> {
  const all: Record<string, unknown> = { ...response }
  for (const [status, { description, type }] of Object.entries(answers ?? {}))
    all[status] =
      type === undefined
        ? { type: 'null', description }
        : { description, content: { [type]: { schema: contentOf(type) } } }
  for (const [status, description] of Object.entries({ ...door, ...errors }))
    all[status] = { ...ErrorReply, description }
  if (Object.keys(all).length === 0) return {}
  return { response: { ...all, default: { ...ErrorReply, description: 'Refused, or failed.' } } }
}

function contentOf(type: string): TSchema {
  return type === 'application/json' ? Type.Object({}) : Type.String()
}

/** The document without its paths. `basePath`: empty, or what stands before every address. */
export function documentHead(version: string, basePath: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Backline',
      version,
      description:
        'Carries a live instrument into any browser, in time. On the computer it runs on everything is open; from elsewhere a key is needed, the controller key or an invite.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: basePath === '' ? '/' : basePath }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    security: [{}, { key: [] }, { invite: [] }],
    components: {
      securitySchemes: {
        key: { type: 'apiKey', in: 'query', name: 'key', description: 'A controller key, or an invite.' },
        invite: { type: 'http', scheme: 'bearer', description: 'An invite.' },
      },
    },
  } as const
}

/** Answers that nobody has put into words are called what their status is called. */
export function nameAnswers<T extends { paths?: Record<string, unknown> }>(document: T): T {
  for (const path of Object.values(document.paths ?? {}))
    for (const { responses } of Object.values(path as Record<string, { responses: Responses }>))
      for (const [status, response] of Object.entries(responses))
        if (response.description === 'Default Response') response.description = STATUS_CODES[status] ?? 'Done'
  return document
}
type Responses = Record<string, { description: string }>
