// A source that stumbles before there is as much of it as the target: what it would go back to is before the stream.
import { expect, test } from 'vitest'
import { NETWORKS } from './networks.ts'
import { perform } from './trial.ts'

/** When, and for how long, ms. */
const pauses = (...all: [number, number][]) => all.map(([atMs, ms]) => ({ atMs, ms }))

test.each([
  [232, 128, 5, 132, pauses([102.385, 67.321], [111.846, 60.279])],
  [2334, 128, 2.5, 168, pauses([113.237, 79.796], [154.725, 48.103], [226.371, 38.948])],
])('it plays on (seed %d)', (seed, callbackFrames, packetMs, fixedTargetMs, sourcePauses) => {
  for (const name of ['wifi-good', 'wifi-stall', 'awdl']) {
    const network = NETWORKS[name]
    if (!network) throw new Error(name)
    let atMs = 0
    let playing = false
    perform({
      seconds: 2.5,
      seed,
      network,
      profile: 'balanced',
      callbackFrames,
      packetMs,
      fixedTargetMs,
      sourcePauses,
      watch: (heard) => {
        atMs = heard.atMs
        playing = heard.playing
      },
    })
    expect(playing).toBe(true)
    expect(atMs).toBeGreaterThan(2000)
  }
})
