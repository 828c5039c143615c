import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { KeepingError } from '../keeping-error.ts'
import { greeting } from '../tls/greeting.ts'
import type { FoundNames } from '../tls/open-https.ts'
// For the type it adds to the app.
import './invites.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Where others on the network find this server, while it listens; undefined without `--lan`. */
    lanOrigin?: () => string
  }
}

export interface LanOptions {
  names: () => FoundNames
  /** SHA-256 of the certificate; undefined for one that browsers know to trust. */
  fingerprint: () => string | undefined
  /** Where a person reads, and no log is kept: what is shown there may hold a key. */
  terminal: ((text: string) => void) | undefined
}

/** Once it listens, says where others on the network do: on a terminal as a code to scan that lets its bearer in. */
async function lan(app: FastifyInstance, { names, fingerprint, terminal }: LanOptions): Promise<void> {
  const lanOrigin = () => {
    const { port } = app.server.address() as AddressInfo
    const { best } = names()
    return `https://${best.includes(':') ? `[${best}]` : best}:${port}`
  }
  app.decorate('lanOrigin', lanOrigin)
  app.addHook('onListen', async () => {
    const { fault } = names()
    if (fault !== undefined)
      app.log.warn(
        { part: 'https' },
        `This computer’s addresses can not be read (${fault}), so its name has to do. If others do not find it by that, set HOST to its address.`,
      )
    const origin = lanOrigin()
    const url = new URL(`${app.basePath}/`, origin).href
    app.log.info({ part: 'https', fingerprint: fingerprint() }, `Others on this network listen at ${url}`)
    if (terminal === undefined) return
    terminal(
      greeting({
        url,
        inviteUrl: new URL(`${app.basePath}${await invitePath(app)}`, origin).href,
        fingerprint: fingerprint(),
      }),
    )
  })
}

/** Where nothing can be kept, the address goes without: the log says why, and who scans it asks for a link. */
async function invitePath(app: FastifyInstance): Promise<string> {
  try {
    return (await app.invites.create({ role: 'listener' })).path
  } catch (error) {
    if (!(error instanceof KeepingError)) throw error
    app.log.warn({ part: 'https' }, `No invite could be made: ${error.message}`)
    return '/'
  }
}

export default fp(lan, { name: 'lan', fastify: '5.x', dependencies: ['invites'] })
