// What a virtual link does to packets, and the links that have names.

/** One direction. Every figure is of IP packets. */
export interface WayConditions {
  /** Of every packet, ms. */
  delayMs: number
  /** Added to it: |N(0, jitterMs)|. Packets never overtake each other. */
  jitterMs: number
  /** Share of packets that get U(0, `spikeMs`) more. */
  spikeShare: number
  spikeMs: number
  /** Share of packets lost, 0…1. */
  loss: number
  /** Mean number of packets lost in a row; 1: each by itself. */
  burst: number
  /** Mbit/s; 0: no limit. */
  rateMbit: number
  /** How long a packet may wait for its turn at that rate; who would wait longer is dropped. */
  queueMs: number
}

export interface LinkConditions {
  /** Server to browser: the direction of the audio. */
  down: Partial<WayConditions>
  /** Browser to server. */
  up: Partial<WayConditions>
}

/** A way that does nothing to packets, and what is meant where a figure is not given. */
export const NOTHING: Readonly<WayConditions> = {
  delayMs: 0,
  jitterMs: 0,
  spikeShare: 0,
  spikeMs: 0,
  loss: 0,
  burst: 1,
  rateMbit: 0,
  queueMs: 200,
}

/** Delay both ways, loss from server to browser only. */
function lossy(rttMs: number, loss: number, burst = 1): LinkConditions {
  return { down: { delayMs: rttMs / 2, loss, burst }, up: { delayMs: rttMs / 2 } }
}

function bothWays(way: Partial<WayConditions>): LinkConditions {
  return { down: way, up: way }
}

export const LINKS = {
  /** A wire: round trip 0.6 ms, of which the relay and the kernel make most; one packet in a thousand up to 2 ms late. */
  lan: bothWays({ delayMs: 0.03, jitterMs: 0.1, spikeShare: 0.001, spikeMs: 2 }),
  /** A room with a good access point in it: nothing is lost, one packet in a hundred up to 8 ms late. */
  'wifi-good': bothWays({ delayMs: 1, jitterMs: 0.8, spikeShare: 0.01, spikeMs: 8 }),
  /**
   * Three rooms away and full of neighbours: one packet in three hundred up to 120 ms late and all behind it with it, what the
   * access point gave up on lost in pairs, 6 Mbit/s to share.
   */
  'wifi-bad': bothWays({
    delayMs: 3,
    jitterMs: 3,
    spikeShare: 0.003,
    spikeMs: 120,
    loss: 0.002,
    burst: 2,
    rateMbit: 6,
    queueMs: 200,
  }),
  /** A phone on a cell that is not full: the radio repeats what it loses, so it is late instead. */
  '4g': {
    down: { delayMs: 25, jitterMs: 4, spikeShare: 0.002, spikeMs: 60, rateMbit: 12, queueMs: 300 },
    up: { delayMs: 25, jitterMs: 6, spikeShare: 0.004, spikeMs: 60, rateMbit: 4, queueMs: 300 },
  },
  /** 384 kbit/s both ways, round trip 120 ms, and a queue that holds almost half a second. */
  '3g': bothWays({ delayMs: 58, jitterMs: 4, rateMbit: 0.384, queueMs: 400 }),
  /** A wire across an ocean: round trip 90 ms, one packet in five thousand lost. */
  transatlantic: bothWays({ delayMs: 45, jitterMs: 0.3, loss: 0.0002 }),
  /** RTT 20 ms, 1 % of the packets to the browser lost, one at a time. */
  lossy: lossy(20, 0.01),
  /** The same share, four in a row. */
  'lossy-burst': lossy(20, 0.01, 4),
  'rtt5-loss0.1': lossy(5, 0.001),
  'rtt50-loss1': lossy(50, 0.01),
} as const satisfies Record<string, LinkConditions>

export type LinkName = keyof typeof LINKS

/** Throws on a name that is not in the table, saying which are. */
export function linkNamed(name: string): LinkConditions {
  if (!Object.hasOwn(LINKS, name)) {
    throw new Error(`no link "${name}"; there are: ${Object.keys(LINKS).join(', ')}`)
  }
  return LINKS[name as LinkName]
}

/** For a person: `RTT 20 ms, to the browser: 1 % lost`. */
export function describeLink({ down, up }: LinkConditions): string {
  const rttMs = (down.delayMs ?? 0) + (up.delayMs ?? 0)
  const ways = [describeWay('to the browser', down), describeWay('to the server', up)].filter(Boolean)
  return [`RTT ${Number(rttMs.toFixed(3))} ms`, ...ways].join(', ')
}

function describeWay(where: string, way: Partial<WayConditions>): string {
  const { jitterMs, spikeShare, spikeMs, loss, burst, rateMbit, queueMs } = { ...NOTHING, ...way }
  const parts = [
    jitterMs > 0 ? `jitter ${jitterMs} ms` : '',
    spikeShare > 0 ? `${percent(spikeShare)} up to ${spikeMs} ms late` : '',
    loss > 0 ? `${percent(loss)} lost${burst > 1 ? ` in bursts of ${burst}` : ''}` : '',
    rateMbit > 0 ? `${rateMbit} Mbit/s with ${queueMs} ms of queue` : '',
  ].filter(Boolean)
  return parts.length > 0 ? `${where}: ${parts.join(' and ')}` : ''
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(3))} %`
}
