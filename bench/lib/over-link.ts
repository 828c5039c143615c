// What e2e says and demands when a virtual link lies between server and page.
import { describeLink, linkNamed } from '../../test/studio/link/conditions.ts'
import type { LinkCounters } from '../../test/studio/link/link.ts'
import type { LatencyResult, ToneResult } from './hear.ts'
import { atMost, type Budget, type Row } from './report.ts'
import { round } from './statistics.ts'

/** Delay a lossy network may cost, on top of what the same path takes without one. */
const NETWORK_MS = 90
/** Concealed stalls that a listener on such a network accepts. */
const EPISODES_PER_HOUR = 20

/** `device`: the same path, in the same run, without the link. */
export function linkBudgets(latency: LatencyResult, device: LatencyResult, tone: ToneResult): Budget[] {
  return [
    atMost('latency p50', round(latency.p50), round(device.p50 + NETWORK_MS), 'ms'),
    atMost('own episodes per hour', round((tone.own.length * 3600) / tone.seconds), EPISODES_PER_HOUR, '/h'),
  ]
}

/** Packets to the page, counted while it played; late: the relay's own share. */
export function linkRow(name: string, profile: string, { down, lateUs }: LinkCounters): Row {
  return {
    row: `link ${name}`,
    conditions: describeLink(linkNamed(name)),
    profile: profile || 'as the page chooses',
    packets: down.packets,
    lost: down.lost,
    queueFull: down.queueFull,
    lateP50Us: lateUs.p50,
    lateP99Us: lateUs.p99,
    lateMaxUs: lateUs.max,
  }
}
