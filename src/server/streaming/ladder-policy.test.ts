import { describe, expect, test } from 'vitest'
import type { RungName } from '../../shared/rungs.ts'
import { RECEIPT_MS } from '../../shared/wire/control.ts'
import { InFlight } from './in-flight.ts'
import { LadderPolicy } from './ladder-policy.ts'
import { type Offer, offersOf } from './offers.ts'

const RATE_HZ = 44_100
const PERIOD_FRAMES = 128
const OFFERS = offersOf(RATE_HZ, PERIOD_FRAMES, false)
/** TCP, IP and WebSocket headers where small messages go out one by one, bytes. */
const OVERHEAD_BYTES = 76

/** A link for an instant: how much it carries, and whether it stands still. */
interface Weather {
  bps: number
  stalled?: boolean
}

interface OnTheWay {
  bytes: number
  packets: number
  to: number
  arrivesMs: number
}

/**
 * One listener behind a link, in steps of 1 ms: a queue that is served at the link's rate and then takes a delay; a
 * stall holds up everything, as TCP does. Receipts take the same delay back.
 */
function listen(options: {
  seconds: number
  oneWayMs: number
  weather: (ms: number) => Weather
  start?: RungName
  /** What the page says it has seen of the link. */
  seenBps?: number
  opus?: boolean
  /** Part of the segments that is lost; each holds up all behind it for 1.15 round trips and 5 ms, or half as long again. */
  loss?: number
}) {
  const { seconds, oneWayMs, weather, start = 'pcm16', opus = true, loss = 0 } = options
  const random = prng(7)
  let lostUntilMs = 0
  const flow = new InFlight()
  flow.begin(RATE_HZ)
  const policy = new LadderPolicy(0)
  if (options.seenBps !== undefined) policy.expect(options.seenBps, 0)
  let rung: RungName = start
  const log: { atMs: number; rung: RungName; reason: string }[] = []
  const queue: OnTheWay[] = []
  const air: OnTheWay[] = []
  const receipts: { arrivesMs: number; position: number; bytes: number; packets: number }[] = []
  const got = { position: 0, bytes: 0, packets: 0 }
  const skips: number[] = []
  let budgetBits = 0
  let nextPacketMs = 0
  let worstInFlightMs = 0
  for (let ms = 0; ms < seconds * 1000; ms++) {
    const offer = OFFERS.find(({ name }) => name === rung) as Offer
    for (; nextPacketMs <= ms; nextPacketMs += offer.packetMs) {
      const from = (nextPacketMs * RATE_HZ) / 1000
      const to = ((nextPacketMs + offer.packetMs) * RATE_HZ) / 1000
      if (!flow.admits(offer.packetMs)) {
        skips.push(ms)
        flow.leftOut()
        continue
      }
      flow.sent(from, to)
      worstInFlightMs = Math.max(worstInFlightMs, flow.ms)
      queue.push({ bytes: ((offer.packetBps / 8) * offer.packetMs) / 1000, packets: 1, to, arrivesMs: 0 })
    }
    const { bps, stalled: outage = false } = weather(ms)
    const stalled = outage || ms < lostUntilMs
    let servedBytes = 0
    budgetBits = stalled ? 0 : Math.min(budgetBits + bps / 1000, Math.max(bps / 500, 12_000))
    while (!stalled && queue[0] !== undefined) {
      const bits = ((queue[0].bytes as number) + OVERHEAD_BYTES) * 8
      if (bits > budgetBits) break
      budgetBits -= bits
      servedBytes += bits / 8
      air.push({ ...(queue.shift() as OnTheWay), arrivesMs: ms + oneWayMs })
    }
    for (let segments = Math.ceil(servedBytes / 1448); segments > 0; segments--)
      if (random() < loss) lostUntilMs = ms + (1.15 * 2 * oneWayMs + 5) * (1 + random() * 0.5)
    while (air[0] !== undefined && air[0].arrivesMs <= ms) {
      const one = air.shift() as OnTheWay
      got.bytes += one.bytes
      got.packets += one.packets
      got.position = Math.max(got.position, one.to)
    }
    if (ms % RECEIPT_MS === 37) receipts.push({ arrivesMs: ms + oneWayMs, ...got })
    while (receipts[0] !== undefined && receipts[0].arrivesMs <= ms && !outage) {
      const one = receipts.shift() as (typeof receipts)[number]
      flow.received(one.position, ms)
      policy.heard(ms, one.bytes, one.packets, flow.queuedMs)
    }
    if (ms % 100 !== 0) continue
    const decision = policy.decide(OFFERS, rung, { nowMs: ms, skipping: flow.holding, opus })
    if (decision === undefined) continue
    rung = decision.rung
    policy.switched(ms)
    log.push({ atMs: ms, ...decision })
  }
  const rungAt = (ms: number) => log.findLast(({ atMs }) => atMs <= ms)?.rung ?? start
  return { log, skips, rung, rungAt, worstInFlightMs, policy, lastSkipMs: skips.at(-1) ?? 0 }
}

const down = (log: { rung: RungName }[], start: RungName = 'pcm16') => {
  const order = OFFERS.map(({ name }) => name)
  return log.filter(({ rung }, i) => order.indexOf(rung) > order.indexOf(log[i - 1]?.rung ?? start)).length
}
const kbit = (kbps: number) => () => ({ bps: kbps * 1000 })

describe('a link that carries it', () => {
  test.each([
    ['a cable', 1, 1e5],
    ['good Wi-Fi', 3, 30_000],
    ['an ocean', 45, 20_000],
    ['just enough', 20, 2000],
  ])('%s keeps PCM', (_what, oneWayMs, kbps) => {
    const { log, skips } = listen({ seconds: 60, oneWayMs, weather: kbit(kbps) })
    expect(log).toEqual([])
    expect(skips).toEqual([])
  })

  test('climbs from the lowest rung to the best, one at a time, ten calm seconds each', () => {
    const { log } = listen({ seconds: 60, oneWayMs: 10, weather: kbit(20_000), start: 'opus-64' })
    expect(log.map(({ rung }) => rung)).toEqual(['opus-96', 'opus-128', 'opus-256', 'pcm16'])
    const waits = log.map(({ atMs }, i) => atMs - (log[i - 1]?.atMs ?? 0))
    for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(10_000)
    for (const wait of waits) expect(wait).toBeLessThan(11_000)
  })

  test('does not leave PCM for Opus the listener can not play', () => {
    const { log, skips } = listen({ seconds: 20, oneWayMs: 60, weather: kbit(384), opus: false })
    expect(log).toEqual([])
    expect(skips.length).toBeGreaterThan(0)
  })
})

describe('a link of 384 kbit/s', () => {
  const slow = listen({ seconds: 100, oneWayMs: 60, weather: kbit(384) })

  test('is on an Opus rung it carries within two seconds, and leaves nothing out from then on', () => {
    expect(slow.log[0]?.atMs).toBeLessThan(2000)
    expect(slow.rungAt(2000)).toBe('opus-96')
    expect(slow.lastSkipMs).toBeLessThan(4000)
  })

  test('does not climb to what would take nearly all that was delivered', () => {
    expect(slow.log.map(({ rung }) => rung)).toEqual(['opus-96'])
  })

  test('tries it after two minutes of calm, and keeps it if it is carried', () => {
    const longer = listen({ seconds: 200, oneWayMs: 60, weather: kbit(384) })
    expect(longer.log.map(({ rung }) => rung)).toEqual(['opus-96', 'opus-128'])
    const [fell, climbed] = longer.log.map(({ atMs }) => atMs)
    expect((climbed as number) - (fell as number)).toBeGreaterThanOrEqual(120_000)
  })

  test('never has more in flight than is allowed', () => {
    expect(slow.worstInFlightMs).toBeLessThan(400)
  })
})

describe('a link that is halved and restored', () => {
  const halved = (ms: number) => ({ bps: ms >= 30_000 && ms < 60_000 ? 1.25e6 : 2.5e6 })
  const { log, skips, rung } = listen({ seconds: 120, oneWayMs: 15, weather: halved })

  test('steps down within a second of being felt', () => {
    expect(log[0]?.rung).toBe('opus-256')
    expect(log[0]?.atMs).toBeGreaterThan(30_000)
    expect((log[0]?.atMs as number) - 30_000).toBeLessThan(1500)
  })

  test('costs at most two episodes, and ends where it was', () => {
    const episodes = skips.filter((atMs, i) => i === 0 || atMs - (skips[i - 1] as number) > 1000)
    expect(episodes.length).toBeLessThanOrEqual(2)
    expect(rung).toBe('pcm16')
  })
})

describe('what is no reason to go down', () => {
  test('an outage of 5 s: what comes back is what was there', () => {
    const outage = (ms: number) => ({ bps: 20e6, stalled: ms >= 20_000 && ms < 25_000 })
    const { log, skips } = listen({ seconds: 60, oneWayMs: 20, weather: outage })
    expect(log).toEqual([])
    expect(skips.at(-1)).toBeLessThan(25_000 + 200)
  })

  test.each([
    ['20 ms away', 10],
    ['50 ms away', 25],
    ['100 ms away', 50],
  ])('one segment in a hundred lost, %s', (_what, oneWayMs) => {
    const { log } = listen({ seconds: 600, oneWayMs, weather: kbit(20_000), loss: 0.01 })
    expect(down(log)).toBe(0)
  })

  test('a receipt that is held up on its way back', () => {
    const { log } = listen({
      seconds: 60,
      oneWayMs: 20,
      weather: (ms) => ({ bps: 20e6, stalled: ms % 5000 < 240 }),
    })
    expect(down(log)).toBe(0)
  })
})

test('a link that flaps is climbed with growing caution, and trusted again slowly', () => {
  // It carries PCM until PCM has been tried for three seconds.
  let tried = 0
  let sinceMs = 0
  const policy = { rung: 'opus-256' as RungName }
  const flow = new LadderPolicy(0)
  const climbs: number[] = []
  let bytes = 0
  let packets = 0
  for (let ms = 0; ms < 1_500_000; ms += 100) {
    const bad = policy.rung === 'pcm16' && ms - sinceMs > 3000
    bytes += bad ? 9000 : 40_000
    packets += 10
    flow.heard(ms, bytes, packets, bad ? 150 : 0)
    const decision = flow.decide(OFFERS, policy.rung, { nowMs: ms, skipping: bad, opus: true })
    if (!decision) continue
    policy.rung = decision.rung
    flow.switched(ms)
    sinceMs = ms
    if (decision.rung === 'pcm16') {
      tried++
      climbs.push(ms)
    }
  }
  const waits = climbs.slice(1).map((atMs, i) => atMs - (climbs[i] as number))
  expect(tried).toBeGreaterThan(4)
  for (const [i, wait] of waits.slice(1).entries())
    expect(wait).toBeGreaterThanOrEqual(Math.min(300_000, waits[i] as number))
  expect(waits.at(-1)).toBeGreaterThanOrEqual(300_000)
  expect(waits.at(-1)).toBeLessThan(360_000)
})

/** Mulberry32. */
function prng(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

describe('what the page has seen of a link', () => {
  const slow = { seconds: 100, oneWayMs: 58, weather: kbit(384), start: 'opus-96' as const }

  test('keeps from being tried for two minutes what would take more than it affords', () => {
    expect(listen({ ...slow, seenBps: 360_000 }).log).toEqual([])
    expect(listen(slow).log.map(({ rung }) => rung)).toContain('opus-256')
  })

  test('is no hindrance where it affords more', () => {
    const { log } = listen({ ...slow, weather: kbit(1000), seenBps: 1e6 })
    expect(log.map(({ rung }) => rung)).toEqual(['opus-128', 'opus-256'])
  })
})
