// Q: when do messages over a lossy link arrive?
// Emulated: the wire (test/studio/link: two network namespaces, a relay between them). TCP and WebSocket (`ws`, both ends)
//    are the real ones, and both ends read one clock. The receiver is not a browser.
// Budgets: the relay hands packets on within 0.3 ms of their time in the median; every message arrives.
// Rows: latency (ms, of messages; over20 = times that more than 20 ms above the least were reached), link (of IP packets,
//    down = to the receiver; lateP50Us…: how late the relay was, a stalled machine included).
// With --out FILE the arrivals are written as `lib/trace-file.ts` has them, gzipped when FILE ends in .gz.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { release } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { congestionControl } from '../src/server/congestion.ts'
import { describeLink, LINKS, linkNamed } from '../test/studio/link/conditions.ts'
import { type Link, startLink } from '../test/studio/link/link.ts'
import { realtime } from '../test/studio/process.ts'
import { defineBench, say } from './lib/bench.ts'
import { atMost, makeReport } from './lib/report.ts'
import { percentile, round } from './lib/statistics.ts'
import { writeTrace } from './lib/trace-file.ts'

const ENDS = join(import.meta.dirname, 'lib', 'link-messages.mjs')

export const bench = defineBench({
  name: 'record-link',
  question: 'When do messages over a lossy link arrive? Makes traces for the simulator.',
  options: {
    link: { fallback: 'lossy', explain: Object.keys(LINKS).join(' | ') },
    seconds: { fallback: 30, explain: 'to record' },
    'every-ms': { fallback: 5, explain: 'from one message to the next' },
    bytes: { fallback: 964, explain: 'of a message' },
    seed: { fallback: 1, explain: 'of the losses' },
    tcp: { fallback: 'system', explain: 'how TCP minds the network, as cubic or bbr; system: as here' },
    out: { fallback: '', explain: 'file to write the arrivals to' },
  },
  async run(options) {
    const conditions = linkNamed(options.link)
    const count = Math.ceil((options.seconds * 1000) / options['every-ms'])
    say(`${count} messages over ${options.link}: ${describeLink(conditions)}`)
    const link = await startLink(conditions, {
      seed: options.seed,
      ...(options.tcp === 'system' ? {} : { congestion: options.tcp }),
    })
    const arrivals = await exchange(link, options.bytes, options['every-ms'], count)
    const { down, lateUs } = await link.stop()

    const latencyMs = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
    for (const [number, latency] of arrivals) latencyMs[number] = latency
    const came = arrivals.map(([, latency]) => latency)
    if (options.out) {
      const header = `one-way latency of WebSocket messages of ${options.bytes} bytes over a real TCP connection (Linux ${release()}, ${options.tcp === 'system' ? congestionControl() : options.tcp}, TCP_NODELAY, ws at both ends, no browser) through a user-space link: ${describeLink(conditions)}; one message every ${options['every-ms']} ms. The relay itself was late by ${lateUs.p50} us (p50), ${lateUs.p99} us (p99), ${lateUs.max} us (max). Columns: message number, latency in ms (same clock at both ends).`
      await writeTrace(options.out, { header, latencyMs })
      say(`written to ${options.out}`)
    }
    return makeReport(
      'record-link',
      [
        atMost('relay late, p50', lateUs.p50 / 1000, 0.3, 'ms'),
        atMost('messages that did not arrive', count - arrivals.length, 0, 'messages'),
      ],
      [
        {
          row: `latency ${options.link}`,
          minMs: round(Math.min(...came)),
          p50Ms: round(percentile(came, 0.5)),
          p99Ms: round(percentile(came, 0.99)),
          p999Ms: round(percentile(came, 0.999)),
          maxMs: round(came.reduce((most, ms) => Math.max(most, ms), 0)),
          over20: timesAbove(came, 20),
        },
        {
          row: 'link',
          packets: down.packets,
          lost: down.lost,
          queueFull: down.queueFull,
          overflow: down.overflow,
          lateP50Us: lateUs.p50,
          lateP99Us: lateUs.p99,
          lateMaxUs: lateUs.max,
        },
      ],
    )
  },
})

/** Sends `count` messages over the link: `[number, latencyMs]` of each that arrived. */
async function exchange(link: Link, bytes: number, everyMs: number, count: number) {
  const sender = spawn(
    ...realtime(process.execPath, [ENDS, 'send', link.nearAddress, ...[bytes, everyMs, count].map(String)]),
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const [greeting] = (await Promise.race([
    once(createInterface(sender.stdout), 'line'),
    once(sender, 'exit').then(() => Promise.reject(new Error('the sender ended before it was ready'))),
  ])) as [string]
  const port = greeting.split(' ')[1]
  const receiver = spawn(
    ...realtime(
      ...link.atFarSide(process.execPath, [
        ENDS,
        'receive',
        `ws://${link.nearAddress}:${port}`,
        String(count),
      ]),
    ),
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  try {
    return JSON.parse(await text(receiver.stdout)) as [number: number, latencyMs: number][]
  } finally {
    sender.kill()
  }
}

/** How often the latency rises above the least one by more than `ms`. */
function timesAbove(latencies: readonly number[], ms: number): number {
  const limit = latencies.reduce((least, latency) => Math.min(least, latency), Number.POSITIVE_INFINITY) + ms
  return latencies.filter((latency, i) => latency > limit && !((latencies[i - 1] ?? 0) > limit)).length
}
