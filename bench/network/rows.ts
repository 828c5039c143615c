// What happens to the network in each row, and when.
import { LINKS, type LinkConditions, type WayConditions } from '../../test/studio/link/conditions.ts'
import type { Way } from '../../test/studio/link/link.ts'

export interface NetworkEvent {
  /** Seconds after the listener pressed the button. */
  atS: number
  /** Nothing passes for so long, ms. */
  outageMs?: number
  /** In both directions. */
  change?: Partial<WayConditions>
}

export interface NetworkRow {
  name: string
  conditions: LinkConditions
  events: readonly NetworkEvent[]
  /** At least so long. */
  seconds: number
  /** Of the chirps; whoever asks for a time to recover wants them close. */
  chirpsApartS: number
}

/** A target takes about a minute to settle; what it was still to be given it has at once in an outage, and is not the former then. */
export const OUTAGE = { atS: 75, ms: 5000 }
export const HALVED = { atS: 20, backAtS: 40, rateMbit: 2.6 }
const NARROW = { delayMs: 10, rateMbit: HALVED.rateMbit, queueMs: 200 }

function steady(name: keyof typeof LINKS): NetworkRow {
  return { name, conditions: LINKS[name], events: [], seconds: 0, chirpsApartS: 0.6 }
}

export const ROWS: readonly NetworkRow[] = [
  steady('lan'),
  steady('wifi-good'),
  steady('wifi-bad'),
  steady('4g'),
  steady('3g'),
  steady('transatlantic'),
  {
    name: 'outage',
    conditions: LINKS['wifi-good'],
    events: [{ atS: OUTAGE.atS, outageMs: OUTAGE.ms }],
    seconds: 100,
    chirpsApartS: 0.36,
  },
  {
    name: 'halved',
    conditions: { down: NARROW, up: NARROW },
    events: [
      { atS: HALVED.atS, change: { rateMbit: HALVED.rateMbit / 2 } },
      { atS: HALVED.backAtS, change: { rateMbit: HALVED.rateMbit } },
    ],
    seconds: 75,
    chirpsApartS: 0.6,
  },
]

export const WAYS: readonly Way[] = ['down', 'up']

/** Those named in `only`, separated by commas; all when it is empty. Throws on a name there is not. */
export function rowsNamed(only: string): NetworkRow[] {
  if (only === '') return [...ROWS]
  return only.split(',').map((name) => {
    const row = ROWS.find((one) => one.name === name)
    if (!row) throw new Error(`--only ${name}: there are ${ROWS.map((one) => one.name).join(', ')}`)
    return row
  })
}
