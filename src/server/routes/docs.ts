import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { describeRoute, documentHead, nameAnswers, type RouteSchema } from '../api-docs/document.ts'
import { type Document, READING_STYLE, readingPage } from '../api-docs/reading.ts'

export interface DocsOptions {
  version: string
  /** What stands before every address; empty: nothing. */
  basePath: string
}

/**
 * `GET /api/docs` and `/api/docs/json`: every route that a program may use, from the schemas that the routes are checked
 * with. Register before them.
 */
async function docs(app: FastifyInstance, { version, basePath }: DocsOptions): Promise<void> {
  await app.register(swagger, {
    openapi: documentHead(version, basePath) as object,
    convertConstToEnum: false,
    stripBasePath: false,
    transform: ({ schema, url, route: { method } }) => ({
      url,
      schema: describeRoute([method].flat()[0] ?? '', url, schema as RouteSchema),
    }),
    transformObject: (made) => nameAnswers('openapiObject' in made ? made.openapiObject : {}),
  })
  app.get('/api/docs/json', (_request, reply) =>
    reply.header('cache-control', 'no-store').send(app.swagger()),
  )
  app.get('/api/docs', (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(readingPage(app.swagger() as unknown as Document)),
  )
  app.get('/api/docs/style.css', { schema: { hide: true } }, (_request, reply) =>
    reply.type('text/css; charset=utf-8').send(READING_STYLE),
  )
}

export default fp(docs, { name: 'docs', fastify: '5.x' })
