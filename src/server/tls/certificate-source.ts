import type { Certificate } from './certificate.ts'

/** Where a certificate comes from, and comes from again when it has to be another one. */
export interface CertificateSource {
  /** How often to ask whether there is a new one, ms. */
  readonly checkMs: number
  /** The one there is now. Rejects with a TlsError and nothing else. */
  load(): Promise<Certificate>
  /** A new one, undefined while the one loaded last will do. Rejects with a TlsError and nothing else. */
  renewed(): Promise<Certificate | undefined>
}
