import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { testFolder } from '../../../src/server/fixtures/test-folder.ts'
import { buildRelay, NoLinkError, whyNoLink } from './build.ts'
import { describeLink, LINKS, linkNamed } from './conditions.ts'

describe('links by name', () => {
  test('a name that is not there is answered with those that are', () => {
    expect(() => linkNamed('wet-string')).toThrow(
      'no link "wet-string"; there are: lan, wifi-good, wifi-bad, 4g, 3g',
    )
    expect(() => linkNamed('toString')).toThrow('no link')
  })

  test('a person can read what a link does', () => {
    expect(describeLink(LINKS['lossy-burst'])).toBe('RTT 20 ms, to the browser: 1 % lost in bursts of 4')
    expect(describeLink(LINKS['rtt5-loss0.1'])).toBe('RTT 5 ms, to the browser: 0.1 % lost')
    expect(describeLink(LINKS['3g'])).toBe(
      'RTT 116 ms, to the browser: jitter 4 ms and 0.384 Mbit/s with 400 ms of queue, to the server: jitter 4 ms and 0.384 Mbit/s with 400 ms of queue',
    )
    expect(describeLink({ down: {}, up: { rateMbit: 2, queueMs: 50, spikeShare: 0.01, spikeMs: 8 } })).toBe(
      'RTT 0 ms, to the server: 1 % up to 8 ms late and 2 Mbit/s with 50 ms of queue',
    )
  })
})

describe('what a link needs', () => {
  test('root and the tun device, named when they are not there', () => {
    expect(whyNoLink({ uid: 1000, tun: true })).toContain('needs root')
    expect(whyNoLink({ uid: 0, tun: false })).toContain('needs /dev/net/tun')
    expect(whyNoLink({ uid: 0, tun: true })).toBeUndefined()
  })

  test('a compiler', () => {
    const folder = testFolder()
    expect(() => buildRelay('no-such-compiler', folder)).toThrow(NoLinkError)
    expect(() => buildRelay('no-such-compiler', folder)).toThrow(/C compiler.*libc6-dev/)
    expect(readdirSync(folder)).toEqual([])
  })
})
