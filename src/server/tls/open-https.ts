import { hostname } from 'node:os'
import type { Config } from '../config.ts'
import { readInterfaces } from '../interfaces.ts'
import { CertificateFiles } from './certificate-files.ts'
import type { CertificateSource } from './certificate-source.ts'
import { LocalCertificate } from './local-certificate.ts'
import { ANY, type LocalNames, localNames } from './local-names.ts'
import { SecureServers } from './secure-server.ts'

export interface Https {
  source: CertificateSource
  servers: SecureServers
  /** The certificate is our own, and browsers warn of it. */
  isOwn: boolean
}

export interface FoundNames extends LocalNames {
  /** Why addresses are missing, in the system's words; undefined: none are, or they do not matter. */
  readonly fault?: string | undefined
}

export function namesOf({ host }: Pick<Config, 'host'>): FoundNames {
  const { interfaces, fault } = readInterfaces()
  return { ...localNames(interfaces, hostname(), host), fault: ANY.includes(host) ? fault : undefined }
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
