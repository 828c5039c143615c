import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { CertificateSource } from '../tls/certificate-source.ts'
import type { FrontCounters, SecureServers } from '../tls/secure-server.ts'
import { TlsError } from '../tls/tls-error.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** What came to the port and was no HTTPS; undefined without HTTPS. */
    front?: FrontCounters
    /** Looks for a new certificate at once, as who renewed it wishes; what is wrong with it is logged. */
    renewCertificate(): Promise<void>
  }
}

export interface HttpsOptions {
  servers: SecureServers
  source: CertificateSource
}

/** The certificate stays good while the server runs: one that is new is used from then on, one that is bad never is. */
async function https(app: FastifyInstance, { servers, source }: HttpsOptions): Promise<void> {
  const log = app.log.child({ part: 'https' })
  let looking: Promise<void> | undefined
  if (servers.certificate.untilMs < Date.now()) log.warn('The certificate has ended: browsers warn of it.')

  async function look(find: () => ReturnType<CertificateSource['renewed']>): Promise<void> {
    try {
      const certificate = await find()
      if (certificate === undefined || certificate.cert === servers.certificate.cert) return
      servers.use(certificate)
      log.info({ fingerprint: certificate.fingerprint }, 'the certificate is a new one')
    } catch (error) {
      if (!(error instanceof TlsError)) throw error
      log.warn(`${error.message} The certificate stays as it was.`)
    }
  }
  /** One look at a time. */
  const renew = (find: () => ReturnType<CertificateSource['renewed']>) => {
    looking ??= look(find).finally(() => {
      looking = undefined
    })
    return looking
  }

  const timer = setInterval(() => void renew(() => source.renewed()), source.checkMs)
  timer.unref()
  app.decorate('front', servers.counters)
  app.decorate('renewCertificate', () => renew(() => source.load()))
  app.addHook('preClose', async () => {
    clearInterval(timer)
    servers.close()
    await looking
  })
}

export default fp(https, { name: 'https', fastify: '5.x' })
