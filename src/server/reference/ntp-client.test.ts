import { describe, expect, test } from 'vitest'
import { serverUs } from '../server-clock.ts'
import { startChrony } from './fixtures/chrony.ts'
import { freePort } from './fixtures/free-port.ts'
import { mute, type NtpFixture, startNtp, withByte } from './fixtures/ntp-fixture.ts'
import { askNtp } from './ntp-client.ts'
import { NtpError } from './ntp-error.ts'
import type { NtpServer } from './ntp-server.ts'

/** Longer than anything takes that answers at all, also on a busy machine. */
const PATIENT_MS = 20_000

const never = () => new AbortController().signal
const systemLineMs = () => Date.now() + 0.5 - serverUs() / 1e3

async function faultOf(server: NtpServer, timeoutMs = PATIENT_MS, signal = never()): Promise<string> {
  try {
    await askNtp(server, timeoutMs, signal)
  } catch (error) {
    if (error instanceof NtpError) return error.fault
    throw error
  }
  return 'none'
}

describe('a real NTP server', () => {
  test('tells the time, within the error that is told with it', async () => {
    const server = await startChrony()
    const sample = await askNtp(server, PATIENT_MS, never())
    expect(sample).toMatchObject({ server: `127.0.0.1:${server.port}`, stratum: 5 })
    // The system's clock is read in whole milliseconds, and perhaps late.
    const beforeUs = serverUs()
    const systemMs = Date.now()
    const afterUs = serverUs()
    expect(sample.lineMs).toBeGreaterThan(systemMs - afterUs / 1e3 - sample.errorMs - 1)
    expect(sample.lineMs).toBeLessThan(systemMs + 1 - beforeUs / 1e3 + sample.errorMs + 1)
  })
})

describe('a server that is', () => {
  test('ten seconds ahead says so', async () => {
    const { server } = await startNtp(10_000)
    const { lineMs, errorMs } = await askNtp(server, PATIENT_MS, never())
    expect(Math.abs(lineMs - systemLineMs() - 10_000)).toBeLessThan(errorMs + 5)
  })

  test('saying nothing of use is waited for, and then it is told why', async () => {
    const garbage = Uint8Array.from({ length: 48 }, (_, i) => (i * 7919) & 255)
    const spoiled: [NtpFixture['spoil'], string][] = [
      [mute, 'no-answer'],
      [withByte(31, 9), 'wrong-origin'],
      [() => garbage, 'wrong-origin'],
      [(reply) => reply.subarray(0, 20), 'truncated'],
    ]
    const fixtures = await Promise.all(spoiled.map(([spoil]) => startNtp(0, spoil)))
    const faults = await Promise.all(fixtures.map(({ server }) => faultOf(server, 2000)))
    expect(faults).toEqual(spoiled.map(([, fault]) => fault))
  })

  test.each<[string, NtpFixture['spoil'], string]>([
    ['asking to be left alone', withByte(1, 0), 'kiss-of-death'],
    ['without the time', withByte(0, 0xe4), 'unsynchronised'],
    ['a client itself', withByte(0, 0x23), 'not-a-server'],
  ])('%s is believed that at once', async (_what, spoil, fault) => {
    const { server } = await startNtp(0, spoil)
    expect(await faultOf(server)).toBe(fault)
  })

  test('not there is known at once', async () => {
    expect(await faultOf({ host: '127.0.0.1', port: await freePort() })).toBe('unreachable')
  })

  test('of no known name is not there', async () => {
    const fault = await faultOf({ host: 'nobody.invalid', port: 123 }, 2000)
    // A name service that can not be reached says nothing.
    expect(['unreachable', 'no-answer']).toContain(fault)
  })
})

test('a forged answer before the real one changes nothing', async () => {
  const { server } = await startNtp(0, (reply) => [withByte(31, 9)(Uint8Array.from(reply)), reply])
  expect(await faultOf(server)).toBe('none')
})

test('who no longer wants to know is answered at once', async () => {
  const { server } = await startNtp(0, mute)
  const wish = new AbortController()
  const fault = faultOf(server, PATIENT_MS, wish.signal)
  wish.abort()
  expect(await fault).toBe('no-answer')
  expect(await faultOf(server, PATIENT_MS, wish.signal)).toBe('no-answer')
})
