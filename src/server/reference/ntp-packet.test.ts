import { describe, expect, test } from 'vitest'
import { replyTo } from './fixtures/ntp-fixture.ts'
import { NtpError } from './ntp-error.ts'
import { decodeReply, encodeRequest, writeTimestamp } from './ntp-packet.ts'

const NONCE = 0x0123_4567_89ab_cdefn
const NOW_MS = Date.UTC(2026, 4, 17, 12, 30, 15, 250)

function reply(change: (bytes: Uint8Array, view: DataView) => void = () => undefined): Uint8Array {
  const bytes = replyTo(encodeRequest(NONCE), NOW_MS)
  change(bytes, new DataView(bytes.buffer))
  return bytes
}

function faultOf(bytes: Uint8Array): string | undefined {
  try {
    decodeReply(bytes, NONCE)
  } catch (error) {
    if (error instanceof NtpError) return error.fault
    throw error
  }
  return undefined
}

test('a request is 48 bytes of version 4 from a client, and tells nothing but the nonce', () => {
  const bytes = encodeRequest(NONCE)
  expect(bytes).toHaveLength(48)
  expect(bytes[0]).toBe(0x23)
  expect([...bytes.subarray(1, 40)].every((byte) => byte === 0)).toBe(true)
  expect(Buffer.from(bytes.subarray(40)).toString('hex')).toBe('0123456789abcdef')
})

describe('an answer', () => {
  test('tells when the server got the request and sent the answer, and how sure it is', () => {
    const bytes = reply((_bytes, view) => writeTimestamp(view, 40, NOW_MS + 0.5))
    const { receivedMs, sentMs, stratum, rootDistanceMs } = decodeReply(bytes, NONCE)
    expect(receivedMs).toBeCloseTo(NOW_MS, 2)
    expect(sentMs).toBeCloseTo(NOW_MS + 0.5, 2)
    expect(stratum).toBe(2)
    expect(rootDistanceMs).toBeCloseTo(5 + 2, 1)
  })

  test('counts seconds as RFC 5905 does, whose table has 3,155,587,200 for the last day of 1999', () => {
    const bytes = reply((_bytes, view) => {
      for (const at of [32, 40]) {
        view.setUint32(at, 3_155_587_200)
        view.setUint32(at + 4, 0x8000_0000)
      }
    })
    expect(new Date(decodeReply(bytes, NONCE).sentMs).toISOString()).toBe('1999-12-31T00:00:00.500Z')
  })

  test('of after the seventh of February 2036, when the seconds begin again, is of then', () => {
    const laterMs = Date.UTC(2040, 0, 1)
    const bytes = replyTo(encodeRequest(NONCE), laterMs)
    expect(decodeReply(bytes, NONCE).sentMs).toBe(laterMs)
  })

  test('may be longer than 48 bytes: extensions are not read', () => {
    expect(faultOf(new Uint8Array([...reply(), 1, 2, 3, 4]))).toBeUndefined()
  })

  test.each([
    ['cut off', reply().subarray(0, 47), 'truncated'],
    ['empty', new Uint8Array(0), 'truncated'],
    ['to another question', reply((bytes) => bytes.set([9], 31)), 'wrong-origin'],
    ['of a client', reply((bytes) => bytes.set([0x23])), 'not-a-server'],
    ['of version 7', reply((bytes) => bytes.set([0x3c])), 'not-a-server'],
    ['that asks to be left alone', reply((bytes) => bytes.set([0], 1)), 'kiss-of-death'],
    ['of a server without the time', reply((bytes) => bytes.set([0xe4])), 'unsynchronised'],
    ['of stratum 16', reply((bytes) => bytes.set([16], 1)), 'unsynchronised'],
    ['with a dispersion of 2 s', reply((_b, view) => view.setUint32(8, 2 << 16)), 'too-uncertain'],
    ['with a delay of 4 s', reply((_b, view) => view.setUint32(4, 4 << 16)), 'too-uncertain'],
    ['without a time', reply((bytes) => bytes.fill(0, 40, 48)), 'impossible-times'],
    [
      'sent before it was asked',
      reply((_b, view) => writeTimestamp(view, 32, NOW_MS + 9)),
      'impossible-times',
    ],
  ])('%s is refused', (_what, bytes, fault) => {
    expect(faultOf(bytes)).toBe(fault)
  })

  test('of any bytes whatever is read or refused, and never anything else', () => {
    let seed = 1
    const random = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
      return seed >>> 8
    }
    let refused = 0
    for (let i = 0; i < 5000; i++) {
      const bytes = reply()
      for (let n = random() % 4; n >= 0; n--) bytes[random() % 48] = random() & 255
      if (faultOf(bytes.subarray(0, random() % 8 === 0 ? random() % 60 : 48)) !== undefined) refused++
    }
    expect(refused).toBeGreaterThan(1000)
    expect(refused).toBeLessThan(5000)
  })
})
