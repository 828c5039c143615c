// Names of a room that page and worker need, without the schemas: those bring a library with them.

export const MODE_NAMES = ['live', 'together', 'steady'] as const
/** live: as early as this listener can. together: all at one instant. steady: together, with seconds held ready. */
export type Mode = (typeof MODE_NAMES)[number]

export const TRANSPORT_ACTIONS = ['play', 'pause', 'seek', 'live'] as const
export type TransportAction = (typeof TRANSPORT_ACTIONS)[number]

/** How often a member of a group says how it does (`sync_report`), unless it gets worse. */
export const SYNC_REPORT_MS = 1000
