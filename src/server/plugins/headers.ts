import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { PLAIN_STYLE_SOURCE } from '../plain-style.ts'

/** Without these, on the page and on every script of it, there is no SharedArrayBuffer. */
export const ISOLATION_HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
} as const

/** Security headers on every reply. Register before everything that has routes. */
async function headers(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginEmbedderPolicy: { policy: 'require-corp' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    // Served as plain HTTP on a local network; HTTPS, and this header, are for the proxy in front.
    strictTransportSecurity: false,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // The audio worklet compiles its own few hundred bytes of WebAssembly; JavaScript can still not be made from text.
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        // Covers ws: and wss: to the same host.
        connectSrc: ["'self'"],
        workerSrc: ["'self'"],
        // Nothing in the page, but for the style of pages that have no file: known by its text.
        styleSrc: ["'self'", PLAIN_STYLE_SOURCE],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
  })
}

export default fp(headers, { name: 'headers', fastify: '5.x' })
