import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from './config.ts'

const read = (...args: string[]) => readConfig({ args, env: {} })

function faultsOf(args: string[]): readonly string[] {
  try {
    read(...args)
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

describe('LAN', () => {
  test('is a flag by itself, and listens where others can reach it', () => {
    expect(read('--lan', '--port', '9000')).toMatchObject({ lan: true, host: '0.0.0.0', port: 9000 })
    expect(read('--lan=false')).toMatchObject({ lan: false, host: '127.0.0.1' })
    expect(readConfig({ args: [], env: { LAN: 'true' } })).toMatchObject({ lan: true, host: '0.0.0.0' })
  })

  test('leaves the address to listen on to who names one', () => {
    expect(read('--lan', '--host=192.168.1.2')).toMatchObject({ lan: true, host: '192.168.1.2' })
  })
})

test.each([
  ['/backline', '/backline'],
  ['backline/', '/backline'],
  ['/a/b-c', '/a/b-c'],
  ['/', ''],
])('BASE_PATH %s is %j', (text, path) => {
  expect(read(`--base-path=${text}`).basePath).toBe(path)
})

test.each([
  ['none', []],
  ['loopback', ['loopback']],
  ['192.168.1.2, 10.0.0.0/24,fd00::/8', ['192.168.1.2', '10.0.0.0/24', 'fd00::/8']],
])('TRUST_PROXY %s is %j', (text, names) => {
  expect(read(`--trust-proxy=${text}`).trustProxy).toEqual(names)
})

test.each([
  ['--lan=maybe', 'LAN'],
  ['--base-path=/a b', 'BASE_PATH'],
  ['--base-path=/a//b', 'BASE_PATH'],
  ['--base-path=/../b', 'BASE_PATH'],
  ['--base-path="><script>', 'BASE_PATH'],
  ['--trust-proxy=everybody', 'TRUST_PROXY'],
  ['--trust-proxy=10.0.0.0/33', 'TRUST_PROXY'],
  ['--trust-proxy=0.0.0.0/0', 'TRUST_PROXY'],
  ['--trust-proxy=none,loopback', 'TRUST_PROXY'],
  ['--tls-cert=cert.pem', 'TLS_KEY'],
  ['--tls-key=key.pem', 'TLS_CERT'],
])('%s is refused in one line', (flag, name) => {
  expect(faultsOf([flag])).toEqual([expect.stringMatching(new RegExp(`^${name}: `))])
})
