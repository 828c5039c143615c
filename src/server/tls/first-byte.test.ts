import { expect, test } from 'vitest'
import { secureAddress, spokenBy } from './first-byte.ts'

test.each([
  [0x16, 'tls'],
  ['G'.charCodeAt(0), 'http'],
  ['P'.charCodeAt(0), 'http'],
  ['g'.charCodeAt(0), 'neither'],
  [0, 'neither'],
  [0x80, 'neither'],
  [undefined, 'neither'],
])('a connection that begins with %s speaks %s', (byte, spoken) => {
  expect(spokenBy(byte)).toBe(spoken)
})

test.each([
  ['10.0.0.7:8080', '/', 'https://10.0.0.7:8080/'],
  ['studio.local', '/s/jam?role=engineer', 'https://studio.local/s/jam?role=engineer'],
  ['[fd00::1]:8080', '/x', 'https://[fd00::1]:8080/x'],
  // Whatever the request line names, it is this host that is meant.
  ['10.0.0.7', 'http://evil.example/', 'https://10.0.0.7/'],
  ['10.0.0.7', '//evil.example', 'https://10.0.0.7//evil.example'],
  ['10.0.0.7', '*', 'https://10.0.0.7/'],
  ['evil.example/@10.0.0.7', '/', undefined],
  ['a b', '/', undefined],
  ['::::', '/', undefined],
  [undefined, '/', undefined],
])('plain HTTP to %s%s goes to %s', (host, url, location) => {
  expect(secureAddress(host, url)).toBe(location)
})
