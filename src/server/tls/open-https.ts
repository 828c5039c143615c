import { hostname, networkInterfaces } from 'node:os'
import type { Config } from '../config.ts'
import { CertificateFiles } from './certificate-files.ts'
import type { CertificateSource } from './certificate-source.ts'
import { LocalCertificate } from './local-certificate.ts'
import { type LocalNames, localNames } from './local-names.ts'
import { SecureServers } from './secure-server.ts'

export interface Https {
  source: CertificateSource
  servers: SecureServers
  /** The certificate is our own, and browsers warn of it. */
  isOwn: boolean
}

export function namesOf({ host }: Pick<Config, 'host'>): LocalNames {
  return localNames(networkInterfaces(), hostname(), host)
}

/** What the settings want served over HTTPS with; undefined: plain HTTP. Rejects with a TlsError and nothing else. */
export async function openHttps(config: Config): Promise<Https | undefined> {
  const { lan, tlsCert, tlsKey, dataDir, limits } = config
  const isOwn = tlsCert === ''
  if (isOwn && !lan) return undefined
  const source = isOwn
    ? new LocalCertificate({ dataDir, names: () => namesOf(config) })
    : new CertificateFiles({ cert: tlsCert, key: tlsKey })
  const patienceMs = limits.handshakeTimeoutMs
  return { source, servers: new SecureServers({ certificate: await source.load(), patienceMs }), isOwn }
}
