import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { TlsError } from './tls-error.ts'

/** A certificate and its key that go together, as PEM. */
export interface Certificate {
  readonly cert: string
  readonly key: string
  /** SHA-256 of the certificate, as browsers show it: pairs of digits with colons. */
  readonly fingerprint: string
  /** Unix times, ms. */
  readonly fromMs: number
  readonly untilMs: number
}

/** What people call the two: file names, or settings with them. */
export interface PairNames {
  cert: string
  key: string
}

/** Puts the two together. Throws TlsError and nothing else; no message holds anything of the key. */
export function certificateOf(cert: string, key: string, names: PairNames): Certificate {
  const parsed = parseCertificate(cert, names.cert)
  if (!parsed.checkPrivateKey(parseKey(key, names.key)))
    throw new TlsError('not-a-pair', `${names.key} is not the key of the certificate in ${names.cert}.`)
  try {
    // What only TLS looks at: the certificates of the chain, and whether a key is too weak.
    createSecureContext({ cert, key })
  } catch (error) {
    throw new TlsError(
      'bad-certificate',
      `${names.cert} can not be used: ${(error as Error).message}.`,
      error,
    )
  }
  return {
    cert,
    key,
    fingerprint: parsed.fingerprint256,
    fromMs: Date.parse(parsed.validFrom),
    untilMs: Date.parse(parsed.validTo),
  }
}

function parseCertificate(pem: string, name: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (error) {
    throw new TlsError('bad-certificate', `${name} holds no certificate (PEM).`, error)
  }
}

function parseKey(pem: string, name: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch {
    // What the library says may quote the file.
    throw new TlsError('bad-key', `${name} holds no private key (PEM, without a passphrase).`)
  }
}
