import { existsSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
// For the type it adds to the app.
import './session.ts'

export interface PageOptions {
  /** Folder of the built page. */
  root: string
}

/** One document for all: it finds out from its own address what it is. */
const MAIN_PAGES = ['/console', '/dev']
const SESSION_PAGES = ['/s/:id', '/s/:id/console', '/s/:id/dev']

const NOT_BUILT = `The page has not been built yet.

Stop the server and start it with "npm start", which builds it first, or run "npm run build".
`

const NO_SESSION = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<title>Backline</title>
<body style="font: 1.1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 15vh auto; padding: 0 1.5rem">
<h1>There is no such session.</h1>
<p>It has been ended, or its address is not complete. <a href="/">The main one</a> is always there.</p>
`

/** The built page and its files, the same page for every session; without a build, a text that says what to do. */
async function page(app: FastifyInstance, { root }: PageOptions): Promise<void> {
  if (!existsSync(join(root, 'index.html'))) {
    for (const url of ['/', ...MAIN_PAGES, ...SESSION_PAGES])
      app.get(url, (_request, reply) => reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT))
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
  for (const url of MAIN_PAGES) app.get(url, (_request, reply) => reply.sendFile('index.html'))
  for (const url of SESSION_PAGES)
    app.get<{ Params: { id: string } }>(url, (request, reply) => {
      const entry = app.sessions.get(request.params.id)
      if (entry === undefined) return reply.code(404).type('text/html; charset=utf-8').send(NO_SESSION)
      app.sessions.visit(entry)
      return reply.sendFile('index.html')
    })
}

export default fp(page, { name: 'page', fastify: '5.x', dependencies: ['headers', 'session'] })
