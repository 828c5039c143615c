import { RecentEntries } from '../memory/recent-entries.ts'
import type { Store } from '../memory/store.ts'

/** No output is further off what its browser knows than a person can put right, ms. */
export const MAX_TRIM_MS = 500

/** How one output device stands to what is known of it. */
export interface RememberedAlignment {
  /** How much later it is heard than what was measured, as a person or a calibration found. */
  trimMs: number
  /** What was measured last; undefined: nothing yet. */
  leadMs?: number | undefined
}

const KEY = 'backline.alignment'
/** The device that was used least recently goes. */
const MAX_DEVICES = 16
const MOST_LEAD_MS = 2000

/** Reads and writes the trim of each output device. Never throws: what is not readable was never there. */
export class TrimMemory {
  readonly #entries: RecentEntries<RememberedAlignment>

  constructor(store: Store | undefined) {
    this.#entries = new RecentEntries(store, { key: KEY, most: MAX_DEVICES, sane })
  }

  /** `deviceId`: the browser's id of the output, '' for the default one. */
  load(deviceId: string): RememberedAlignment {
    return this.#entries.load(deviceId) ?? { trimMs: 0 }
  }

  save(deviceId: string, alignment: RememberedAlignment): void {
    this.#entries.save(deviceId, alignment)
  }
}

/** Within ±MAX_TRIM_MS; what is no number is no trim. */
export function trimWithin(trimMs: unknown): number {
  if (typeof trimMs !== 'number' || !Number.isFinite(trimMs)) return 0
  return Math.min(MAX_TRIM_MS, Math.max(-MAX_TRIM_MS, trimMs))
}

function sane(stored: unknown): RememberedAlignment {
  const { trimMs, leadMs } = (stored ?? {}) as Record<string, unknown>
  const known = typeof leadMs === 'number' && leadMs > 0 && leadMs < MOST_LEAD_MS
  return { trimMs: trimWithin(trimMs), leadMs: known ? leadMs : undefined }
}
