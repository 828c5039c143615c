import { existsSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import fp from 'fastify-plugin'
import { PLAIN_STYLE } from '../plain-style.ts'
// For the type it adds to the app.
import './session.ts'

export interface PageOptions {
  /** Folder of the built page. */
  root: string
  /** What browsers have before the page's paths; '' is nothing. */
  basePath: string
}

/** One document for all: it finds out from its own address what it is. */
const MAIN_PAGES = ['/console', '/dev']
const SESSION_PAGES = ['/s/:id', '/s/:id/console', '/s/:id/dev']
const SESSION_MANIFEST = '/s/:id/manifest.webmanifest'

const NOT_BUILT = `The page has not been built yet.

Stop the server and start it with "npm start", which builds it first, or run "npm run build".
`

/** What every relative address in the document counts from. */
const BASE = '<base href="/" />'

const noSession = (basePath: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<title>Backline</title>
<style>${PLAIN_STYLE}</style>
<body>
<h1>There is no such session.</h1>
<p>It has been ended, or its address is not complete. <a href="${basePath}/">The main one</a> is always there.</p>
`

/** The built page and its files, the same page for every session; without a build, a text that says what to do. */
async function page(app: FastifyInstance, { root, basePath }: PageOptions): Promise<void> {
  if (!existsSync(join(root, 'index.html'))) {
    for (const url of ['/', '/index.html', ...MAIN_PAGES, ...SESSION_PAGES, SESSION_MANIFEST])
      app.get(url, (_request, reply) => reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT))
    return
  }
  const document = basePath === '' ? undefined : movedTo(basePath, join(root, 'index.html'))
  const sendPage = (reply: FastifyReply) =>
    document === undefined
      ? reply.sendFile('index.html')
      : reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(document)
  await app.register(fastifyStatic, {
    root,
    index: false,
    preCompressed: true,
    cacheControl: false,
    setHeaders(response, path) {
      // Names of files under assets/ carry a hash of their content: they never change.
      const isHashed = relative(root, path).startsWith(`assets${sep}`)
      response.setHeader('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  for (const url of ['/', '/index.html', ...MAIN_PAGES]) app.get(url, (_request, reply) => sendPage(reply))
  for (const url of SESSION_PAGES)
    app.get<{ Params: { id: string } }>(url, (request, reply) => {
      const entry = app.sessions.get(request.params.id)
      if (entry === undefined)
        return reply.code(404).type('text/html; charset=utf-8').send(noSession(basePath))
      app.sessions.visit(entry)
      return sendPage(reply)
    })
  app.get<{ Params: { id: string } }>(SESSION_MANIFEST, (request, reply) => {
    const entry = app.sessions.get(request.params.id)
    if (entry === undefined) return reply.code(404).send()
    const manifest = sessionManifest(join(root, 'manifest.webmanifest'), entry.session.id)
    return reply.type('application/manifest+json').header('cache-control', 'no-cache').send(manifest)
  })
}

/** The manifest as a session has it: whoever installs its page comes back to it. Its files lie two folders up. */
function sessionManifest(path: string, id: string): object {
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { icons: { src: string }[] }
  const icons = manifest.icons.map((icon) => ({ ...icon, src: `../../${icon.src}` }))
  return { ...manifest, start_url: `../${id}`, scope: '../../', icons }
}

/** The document as it is under `basePath`; its files are the same everywhere. */
function movedTo(basePath: string, path: string): string {
  const document = readFileSync(path, 'utf8')
  if (!document.includes(BASE)) throw new Error(`${path} has no ${BASE}`)
  return document.replace(BASE, `<base href="${basePath}/" />`)
}

export default fp(page, { name: 'page', fastify: '5.x', dependencies: ['headers', 'session'] })
