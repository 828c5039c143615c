// A real certificate: two files that somebody else renews.
import { readFile, stat } from 'node:fs/promises'
import { type Certificate, certificateOf, type PairNames } from './certificate.ts'
import type { CertificateSource } from './certificate-source.ts'
import { TlsError } from './tls-error.ts'

/** Who renews writes one file after the other: a pair that does not match yet is looked at again after this. */
const CHECK_MS = 10_000

/** TLS_CERT and TLS_KEY. They are watched by their times and sizes, which also sees links that point elsewhere now. */
export class CertificateFiles implements CertificateSource {
  readonly checkMs = CHECK_MS
  readonly #paths: PairNames
  readonly #names: PairNames
  #seen = ''

  constructor(paths: PairNames) {
    this.#paths = paths
    this.#names = { cert: `TLS_CERT: "${paths.cert}"`, key: `TLS_KEY: "${paths.key}"` }
  }

  async load(): Promise<Certificate> {
    this.#seen = await this.#look()
    const [cert, key] = await Promise.all([
      read(this.#paths.cert, this.#names.cert),
      read(this.#paths.key, this.#names.key),
    ])
    return certificateOf(cert, key, this.#names)
  }

  async renewed(): Promise<Certificate | undefined> {
    return (await this.#look()) === this.#seen ? undefined : this.load()
  }

  /** What changes when a file does. A file that is gone is told by who reads it. */
  async #look(): Promise<string> {
    const looks = [this.#paths.cert, this.#paths.key].map(async (path) => {
      try {
        const { ino, mtimeMs, size } = await stat(path)
        return `${ino} ${mtimeMs} ${size}`
      } catch (error) {
        return String((error as NodeJS.ErrnoException).code)
      }
    })
    return (await Promise.all(looks)).join(', ')
  }
}

async function read(path: string, name: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new TlsError('unreadable', `${name} can not be read (${code}).`, error)
  }
}
