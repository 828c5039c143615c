// What no client sends: bytes for a port, frames for a WebSocket, bodies for a route.
import type { Random } from '../../bench/sim/random.ts'
import { frame, upgradeHead } from './raw.ts'

export function randomBytes(random: Random, most: number): Buffer {
  return Buffer.from(Array.from({ length: 1 + Math.floor(random.next() * most) }, () => random.next() * 256))
}

const LONG = 'x'.repeat(100_000)

/** Beginnings of something that is not, or never ends. */
export const openings = (port: number): (string | Buffer)[] => [
  '\r\n\r\n\r\n',
  'GET / HTTP/9.9\r\n\r\n',
  'GET\r\n\r\n',
  `GET /${LONG} HTTP/1.1\r\nHost: a\r\n\r\n`,
  `GET / HTTP/1.1\r\nHost: a\r\nX: ${LONG}\r\n\r\n`,
  `GET / HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(5000)}\r\n`,
  'GET /%ff%00%zz HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /../../../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: \0\r\n\r\n',
  'POST /api/capture HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n',
  'PUT /api/mix HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}',
  'PUT /api/mix HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffff\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  // The beginning of a TLS handshake.
  Buffer.from('160301020001000'.padEnd(1024, 'f'), 'hex'),
  Buffer.from([4, 1, 0, 80, 127, 0, 0, 1, 0]),
  upgradeHead('/ws/audio', port).replace('13', '99'),
  upgradeHead('/ws/audio', port).replace('dGhl', '!!'),
  upgradeHead('/nowhere', port),
  upgradeHead('/ws/audio?rung=none', port),
  upgradeHead(`/ws/audio?session=${'x'.repeat(2000)}`, port),
]

const nothing = new Uint8Array()

/** Frames that break the rules, and half ones. */
export const frames = (random: Random): Buffer[] => [
  frame(0x81, nothing, 2 ** 50),
  frame(0x82, nothing, 2 ** 31),
  frame(0x81, Buffer.from('{"type":"rec'), 100),
  frame(0x81, Buffer.from([0xff, 0xfe, 0xfd])),
  frame(0xf1, Buffer.from('{}')),
  frame(0x83, Buffer.from('{}')),
  frame(0x80, Buffer.from('{}')),
  frame(0x09, Buffer.alloc(10)),
  frame(0x89, Buffer.alloc(5), 126),
  frame(0x88, Buffer.from([0, 1])),
  Buffer.from([0x81, 0x02, 0x7b, 0x7d]),
  Buffer.concat(Array.from({ length: 5000 }, () => frame(0x01, nothing))),
  Buffer.concat(Array.from({ length: 500 }, () => frame(0x89, Buffer.alloc(100)))),
  Buffer.concat(Array.from({ length: 500 }, () => frame(0x81, Buffer.from('{}')))),
  randomBytes(random, 5000),
]

/** None of them is what any route takes. */
export const bodies = (random: Random): Buffer[] =>
  [
    '{"',
    'null',
    '[]',
    '"text"',
    '{"__proto__":{"wanted":false}}',
    '{"constructor":1,"strips":"x","gains":[[1e999]],"name":{},"role":7}',
    '['.repeat(30_000),
    `{"strips":${JSON.stringify('x'.repeat(200_000))}}`,
    randomBytes(random, 2000),
  ].map((body) => Buffer.from(body))

/** A client's first words of TLS: cut off, wrong in one byte, claiming to be longer, with something else after them, said twice. */
export const handshakes = (random: Random, hello: Buffer): Buffer[] => [
  ...[1, 3, 5, 6, 40, hello.length - 1].map((length) => hello.subarray(0, length)),
  ...Array.from({ length: 50 }, () => {
    const wrong = Buffer.from(hello)
    const at = 1 + Math.floor(random.next() * (hello.length - 1))
    wrong[at] = (wrong[at] as number) ^ (1 + Math.floor(random.next() * 254))
    return wrong
  }),
  Buffer.concat([Buffer.from([0x16, 3, 1, 0xff, 0xff]), hello]),
  Buffer.concat([hello, randomBytes(random, 3000)]),
  Buffer.concat([hello, hello]),
  // An alert, data, and a heartbeat that wants more than it brings, before there are keys.
  Buffer.from([0x16, 3, 1, 0, 7, 0x15, 3, 3, 0, 2, 2, 40]),
  Buffer.concat([hello, Buffer.from([0x17, 3, 3, 0, 4, 1, 2, 3, 4])]),
  Buffer.concat([hello, Buffer.from([0x18, 3, 3, 0, 3, 1, 0xff, 0xff])]),
]
