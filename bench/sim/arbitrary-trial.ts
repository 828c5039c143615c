// Any listener anywhere, for property tests.
import fc from 'fast-check'
import { PROFILES } from '../../src/shared/playout/profile.ts'
import { type MakeNetwork, NETWORKS } from './networks.ts'
import { Random } from './random.ts'
import type { Trial } from './trial.ts'

/** A network that changes from one model to another every `everyMs`. */
function mixture(names: readonly string[], everyMs: number): MakeNetwork {
  return (random) => {
    const models = names.map((name, i) =>
      (NETWORKS[name] as MakeNetwork)(new Random(random.next() * 2 ** 31 + i)),
    )
    return (sentMs) =>
      models.map((model) => model(sentMs))[Math.floor(sentMs / everyMs) % models.length] as number
  }
}

/** Trials of `seconds`, without what watches them. */
export function arbitraryTrial(seconds: number): fc.Arbitrary<Omit<Trial, 'watch'>> {
  const ms = fc.integer({ min: 3000, max: Math.max(3001, seconds * 1000 - 3000) })
  const ppm = fc.integer({ min: -300, max: 300 })
  const optional = <T>(value: fc.Arbitrary<T>, none: T) => fc.oneof(fc.constant(none), value)
  const rateHz = fc.constantFrom(44_100, 48_000, 96_000)
  return fc
    .record({
      seconds: fc.constant(seconds),
      seed: fc.integer({ min: 1, max: 1e6 }),
      networks: fc.array(fc.constantFrom(...Object.keys(NETWORKS)), { minLength: 1, maxLength: 3 }),
      everyMs: fc.constantFrom(3000, 11_000, 40_000),
      profile: fc.constantFrom(...PROFILES),
      callbackFrames: fc.oneof(
        fc.constantFrom(128, 256, 441, 480, 512, 1024),
        fc.integer({ min: 128, max: 1024 }),
      ),
      packetMs: fc.constantFrom(2.5, 5, 10, 20),
      rateHz,
      contextRateHz: rateHz,
      sourcePpm: ppm,
      sinkPpm: ppm,
      callbackJitterMs: optional(fc.integer({ min: 1, max: 8 }), 0),
      missesPerHour: optional(fc.integer({ min: 60, max: 1200 }), 0),
      jankPerS: optional(fc.constantFrom(0.1, 0.5, 1), 0),
      loss: optional(fc.constantFrom(0.001, 0.01, 0.1), 0),
      outages: optional(
        fc.array(fc.record({ atMs: ms, ms: fc.integer({ min: 20, max: 3000 }), lost: fc.boolean() }), {
          maxLength: 3,
        }),
        [],
      ),
      sourcePauses: optional(
        fc
          .array(fc.record({ atMs: ms, ms: fc.integer({ min: 5, max: 40 }) }), { maxLength: 2 })
          .map((pauses) => pauses.sort((a, b) => a.atMs - b.atMs)),
        [],
      ),
    })
    .map(({ networks, everyMs, ...trial }) => ({ ...trial, network: mixture(networks, everyMs) }))
}
