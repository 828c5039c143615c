import { existsSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

export interface PageOptions {
  /** Folder of the built page. */
  root: string
}

const NOT_BUILT = `The page has not been built yet.

Stop the server and start it with "npm start", which builds it first, or run "npm run build".
`

/** The built page and its files; without a build, a text that says what to do. */
async function page(app: FastifyInstance, { root }: PageOptions): Promise<void> {
  if (!existsSync(join(root, 'index.html'))) {
    app.get('/', (_request, reply) => reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT))
    return
  }
  await app.register(fastifyStatic, {
    root,
    preCompressed: true,
    cacheControl: false,
    setHeaders(response, path) {
      // Names of files under assets/ carry a hash of their content: they never change.
      const isHashed = relative(root, path).startsWith(`assets${sep}`)
      response.setHeader('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
}

export default fp(page, { name: 'page', fastify: '5.x', dependencies: ['headers'] })
