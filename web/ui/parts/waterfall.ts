import type { LatencyMs } from '../../player/output/latency-meter.ts'

export const HOP_NAMES = ['capture', 'network', 'buffer', 'output'] as const
export type HopName = (typeof HOP_NAMES)[number]

/** As it is shown, to 0.1 ms. null: not known, and without a total no sum is claimed. */
export type ShownLatency = Record<HopName | 'total', number | null>

/** Where a hop's bar begins and how long it is, in shares of the whole axis. */
export interface HopBar {
  start: number
  length: number
}

/**
 * The delay from key to ear, each hop rounded to 0.1 ms so that what is shown adds up to the total that is shown: those
 * that rounding down cuts off most get what is left over. Pure.
 */
export function shownLatency({
  capture,
  network,
  buffer,
  output,
  total,
}: Pick<LatencyMs, HopName | 'total'>): ShownLatency {
  if (total === null || capture === null || network === null || buffer === null || output === null)
    return {
      ...{ capture: toTenth(capture), network: toTenth(network), buffer: toTenth(buffer) },
      ...{ output: toTenth(output), total: null },
    }
  const totalTenths = Math.round(total * 10)
  const parts = shareOut([capture * 10, network * 10, buffer * 10, output * 10], totalTenths)
  const [captureMs = 0, networkMs = 0, bufferMs = 0, outputMs = 0] = parts.map((tenths) => tenths / 10)
  return {
    ...{ capture: captureMs, network: networkMs, buffer: bufferMs, output: outputMs },
    total: totalTenths / 10,
  }
}

/** One bar per hop, each from where the one before ends; undefined: there is no axis to draw them on. Pure. */
export function hopBars(shown: ShownLatency): Record<HopName, HopBar> | undefined {
  if (shown.total === null) return undefined
  // A hop below nothing (clocks are estimates) has a figure, and no bar.
  const lengths = HOP_NAMES.map((name) => Math.max(0, shown[name] ?? 0))
  const axis = lengths.reduce((sum, length) => sum + length, 0) || 1
  const bars = {} as Record<HopName, HopBar>
  let start = 0
  for (const [i, name] of HOP_NAMES.entries()) {
    const length = (lengths[i] ?? 0) / axis
    bars[name] = { start, length }
    start += length
  }
  return bars
}

/** Whole numbers near `parts` that add up to `total`, which is near their sum. */
function shareOut(parts: number[], total: number): number[] {
  const whole = parts.map(Math.floor)
  const left = total - whole.reduce((sum, part) => sum + part, 0)
  const byRemainder = parts
    .map((part, i) => ({ i, remainder: part - Math.floor(part) }))
    .sort((a, b) => b.remainder - a.remainder)
  for (const { i } of byRemainder.slice(0, left)) whole[i] = (whole[i] ?? 0) + 1
  return whole
}

function toTenth(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 10) / 10
}
