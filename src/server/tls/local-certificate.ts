// The certificate this server makes for itself, kept from one start to the next: whoever accepted it is not asked again.
import { X509Certificate } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readKept, writeKept } from '../kept-file.ts'
import { type Certificate, certificateOf } from './certificate.ts'
import type { CertificateSource } from './certificate-source.ts'
import type { LocalNames } from './local-names.ts'
import { TlsError } from './tls-error.ts'

const DAY_MS = 86_400_000
/** Some systems refuse certificates that are good for more than 398 days. */
const LIFE_MS = 397 * DAY_MS
/** So long before its end another one is made. */
const RENEW_MS = 30 * DAY_MS
/** A clock somewhere may be behind. */
const EARLY_MS = DAY_MS
const CHECK_MS = 60_000
const NAMES = { cert: 'tls/cert.pem', key: 'tls/key.pem' }

export interface LocalCertificateOptions {
  dataDir: string
  /** By which this computer is reached at the moment. */
  names: () => LocalNames
  /** Unix time, ms. */
  nowMs?: () => number
}

/** `<dataDir>/tls`: made when there is none, when it ends soon, and when this computer has an address that is not in it. */
export class LocalCertificate implements CertificateSource {
  readonly checkMs = CHECK_MS
  readonly #folder: string
  readonly #names: () => LocalNames
  readonly #nowMs: () => number
  #current: Certificate | undefined

  constructor({ dataDir, names, nowMs = Date.now }: LocalCertificateOptions) {
    this.#folder = join(dataDir, 'tls')
    this.#names = names
    this.#nowMs = nowMs
  }

  async load(): Promise<Certificate> {
    const kept = await this.#read()
    this.#current = kept && this.#isGood(kept) ? kept : await this.#make()
    return this.#current
  }

  async renewed(): Promise<Certificate | undefined> {
    if (this.#current && this.#isGood(this.#current)) return undefined
    this.#current = await this.#make()
    return this.#current
  }

  #isGood({ cert, fromMs, untilMs }: Certificate): boolean {
    const now = this.#nowMs()
    if (now < fromMs || now > untilMs - RENEW_MS) return false
    const parsed = new X509Certificate(cert)
    const { hosts, addresses } = this.#names()
    return (
      hosts.every((host) => parsed.checkHost(host)) && addresses.every((address) => parsed.checkIP(address))
    )
  }

  /** Undefined: none is kept, or nothing that can be used; another is made then. */
  async #read(): Promise<Certificate | undefined> {
    try {
      const [cert, key] = await Promise.all([
        readKept(join(this.#folder, 'cert.pem')),
        readKept(join(this.#folder, 'key.pem')),
      ])
      return cert === undefined || key === undefined ? undefined : certificateOf(cert, key, NAMES)
    } catch (error) {
      if (error instanceof TlsError) return undefined
      throw this.#notKept(error)
    }
  }

  async #make(): Promise<Certificate> {
    // Not before it is needed: it is 16 MB of memory.
    const { generate } = await import('selfsigned')
    const { hosts, addresses } = this.#names()
    const now = this.#nowMs()
    const made = await generate([{ name: 'commonName', value: 'Backline' }], {
      keyType: 'ec',
      curve: 'P-256',
      algorithm: 'sha256',
      notBeforeDate: new Date(now - EARLY_MS),
      notAfterDate: new Date(now - EARLY_MS + LIFE_MS),
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, critical: true },
        { name: 'extKeyUsage', serverAuth: true },
        {
          name: 'subjectAltName',
          altNames: [
            ...hosts.map((value) => ({ type: 2 as const, value })),
            ...addresses.map((ip) => ({ type: 7 as const, ip })),
          ],
        },
      ],
    })
    const certificate = certificateOf(made.cert, made.private, NAMES)
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 })
      await writeKept(join(this.#folder, 'key.pem'), certificate.key, { onlyOurs: true })
      await writeKept(join(this.#folder, 'cert.pem'), certificate.cert, { onlyOurs: true })
    } catch (error) {
      throw this.#notKept(error)
    }
    return certificate
  }

  #notKept(error: unknown): TlsError {
    const { code } = error as NodeJS.ErrnoException
    return new TlsError(
      'not-kept',
      `LAN: the certificate can not be kept in "${this.#folder}" (${code}). Choose another folder with DATA_DIR or --data-dir.`,
      error,
    )
  }
}
