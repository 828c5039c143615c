import { RecentEntries } from '../memory/recent-entries.ts'
import type { Store } from '../memory/store.ts'

/** What is remembered of one output device between visits. */
export interface RememberedOutput {
  /** Frames per device callback to ask for. */
  hintFrames: number
  /** Seconds of calm playing with this hint. */
  calmS: number
  /** How often a smaller hint was tried again and did not hold. */
  failures: number
  /** Rate correction that was right, and the context rate it belongs to, Hz; 0: not known. */
  ppm: number
  rateHz: number
}

const KEY = 'backline.outputs'
/** The device that was used least recently goes. */
const MAX_DEVICES = 16
const MAX_HINT_FRAMES = 8192
const MAX_PPM = 1000

export const UNKNOWN_OUTPUT: Readonly<RememberedOutput> = {
  hintFrames: 0,
  calmS: 0,
  failures: 0,
  ppm: 0,
  rateHz: 0,
}

/** Reads and writes what is remembered per output device. Never throws: what is not readable was never there. */
export class DeviceMemory {
  readonly #entries: RecentEntries<RememberedOutput>

  constructor(store: Store | undefined) {
    this.#entries = new RecentEntries(store, { key: KEY, most: MAX_DEVICES, sane })
  }

  /** `deviceId`: the browser's id of the output, '' for the default one. */
  load(deviceId: string): RememberedOutput {
    return { ...(this.#entries.load(deviceId) ?? UNKNOWN_OUTPUT) }
  }

  save(deviceId: string, output: RememberedOutput): void {
    this.#entries.save(deviceId, output)
  }
}

function sane(stored: unknown): RememberedOutput {
  const { hintFrames, calmS, failures, ppm, rateHz } = (stored ?? {}) as Record<string, unknown>
  return {
    hintFrames: within(hintFrames, 0, MAX_HINT_FRAMES),
    calmS: within(calmS, 0, Number.MAX_SAFE_INTEGER),
    failures: within(failures, 0, 100),
    ppm: within(ppm, -MAX_PPM, MAX_PPM),
    rateHz: within(rateHz, 0, 1e6),
  }
}

function within(value: unknown, least: number, most: number): number {
  return typeof value === 'number' && value >= least && value <= most ? value : 0
}
