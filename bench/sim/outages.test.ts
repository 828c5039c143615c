// Nothing comes for a while. Heard: real sound through the engine in virtual time, after a minute of quiet.
import { describe, expect, test } from 'vitest'
import { compare } from './compare.ts'
import { NETWORKS } from './networks.ts'
import type { Trial } from './trial.ts'

const AT_MS = 60_000
const calm = (network: string, profile: Trial['profile']) => ({
  network: NETWORKS[network] as Trial['network'],
  profile,
  seed: 3,
  callbackFrames: 480,
  packetMs: 5,
  sinkPpm: 80,
})

const NETS = ['lan', 'wifi-good']
const LOST = [
  [false, 'all of it comes after'],
  [true, 'all in it is lost'],
] as const

describe.each(NETS)('on %s', (network) => {
  describe.each(LOST)('when (lost: %s) %s', (lost) => {
    test.each(['live', 'balanced'] as const)(
      '%s: half a second is concealed, counted once, and the delay is what it was within 5 s',
      (profile) => {
        const outages = [{ atMs: AT_MS, ms: 500, lost }]
        const { episodes, concealedMs, resyncs, delayMs, step } = compare(
          calm(network, profile),
          { outages },
          AT_MS + 5500,
        )
        expect(episodes).toBe(1)
        expect(concealedMs).toBeGreaterThan(450)
        expect(concealedMs).toBeLessThan(510)
        expect(resyncs).toBe(0)
        expect(Math.abs(delayMs)).toBeLessThan(1)
        expect(step).toBeLessThan(3)
      },
    )

    test.each(['live', 'balanced'] as const)(
      '%s: another half second 2 s later is counted as another, and adds nothing either',
      (profile) => {
        const outages = [AT_MS, AT_MS + 2500].map((atMs) => ({ atMs, ms: 500, lost }))
        const { episodes, concealedMs, resyncs, delayMs, step } = compare(
          calm(network, profile),
          { outages },
          AT_MS + 8000,
        )
        expect(episodes).toBe(2)
        expect(concealedMs).toBeGreaterThan(900)
        expect(concealedMs).toBeLessThan(1020)
        expect(resyncs).toBe(0)
        expect(Math.abs(delayMs)).toBeLessThan(1)
        expect(step).toBeLessThan(3)
      },
    )

    test('stable: it is heard as one gap and not chased either', () => {
      const outages = [{ atMs: AT_MS, ms: 500, lost }]
      const { episodes, resyncs, targetMs, step } = compare(
        calm(network, 'stable'),
        { outages },
        AT_MS + 5500,
      )
      expect(episodes).toBe(1)
      expect(resyncs).toBe(0)
      expect(targetMs).toBeLessThan(30)
      expect(step).toBeLessThan(3)
    })
  })
})

test.each(['live', 'balanced'] as const)(
  '%s: a single stall of 150 ms on a LAN is not chased: the target is within 4 ms of what it would have been',
  (profile) => {
    for (const lost of [false, true]) {
      const outages = [{ atMs: AT_MS, ms: 150, lost }]
      const { episodes, targetMs } = compare(calm('lan', profile), { outages }, AT_MS + 5000)
      expect(episodes).toBe(1)
      expect(Math.abs(targetMs)).toBeLessThan(4)
    }
  },
)
