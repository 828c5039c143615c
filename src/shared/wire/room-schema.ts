// What a member of a room may send beyond a listener's own messages, as TypeBox schemas; compiled by the server.
import Type, { type Static } from 'typebox'
import { MODE_NAMES, TRANSPORT_ACTIONS } from './room-names.ts'

export const Mode = Type.Enum([...MODE_NAMES])

/** Another mode from now on. */
export const SetMode = Type.Object(
  { type: Type.Literal('set_mode'), mode: Mode },
  { additionalProperties: false },
)
export type SetMode = Static<typeof SetMode>

/** How a listener does, every SYNC_REPORT_MS and at once when it gets worse. Times in ms. */
export const SyncReport = Type.Object(
  {
    type: Type.Literal('sync_report'),
    /** From capture to ear: what this listener could do at its best, own jitter target, output and trim included. 0: not known yet. */
    needMs: Type.Number({ minimum: 0, maximum: 120_000 }),
    /** Of its server clock: what path asymmetry could hide, and the filter's own standard deviation. */
    clockErrorMs: Type.Number({ minimum: 0, maximum: 60_000 }),
    /** How much later than the group it plays (earlier: negative); 0 while it does not play with the group. */
    driftMs: Type.Number({ minimum: -120_000, maximum: 120_000 }),
    /** It plays, and by the group's line. */
    locked: Type.Boolean(),
    outputMs: Type.Number({ minimum: 0, maximum: 10_000 }),
    trimMs: Type.Number({ minimum: -1000, maximum: 1000 }),
    /** Share of frames that were missing when they were due, since the last report, 0 … 1. */
    missing: Type.Number({ minimum: 0, maximum: 1 }),
    /** Of audio it has ready beyond what it plays. */
    heldMs: Type.Number({ minimum: 0, maximum: 120_000 }),
  },
  { additionalProperties: false },
)
export type SyncReport = Static<typeof SyncReport>

/**
 * A controller's wish: play on from where it was paused, pause, go back `backMs` behind live, or to live. Heard at server
 * time `atUs`, or `inMs` from now; without either, SCHEDULE_LEAD_MS from now.
 */
export const Transport = Type.Object(
  {
    type: Type.Literal('transport'),
    action: Type.Enum([...TRANSPORT_ACTIONS]),
    atUs: Type.Optional(Type.Number({ minimum: 0 })),
    inMs: Type.Optional(Type.Number({ minimum: 0, maximum: 3_600_000 })),
    /** With seek: how far behind live, at most what the server still has. */
    backMs: Type.Optional(Type.Number({ minimum: 0, maximum: 60_000 })),
  },
  { additionalProperties: false },
)
export type Transport = Static<typeof Transport>
/** How far ahead a change of the transport is announced unless somebody says otherwise. */
export const SCHEDULE_LEAD_MS = 3000

/** A controller's settings of the room. */
export const SetRoom = Type.Object(
  {
    type: Type.Literal('set_room'),
    /** How long steady listeners hold what they have, 1 to 60 s. */
    steadyMs: Type.Optional(Type.Number({ minimum: 1000, maximum: 60_000 })),
    /** Pause everybody when one steady listener runs low. */
    pauseWhenLow: Type.Optional(Type.Boolean()),
    /** A fixed delay for together, instead of the slowest listener's; null: the slowest listener's again. */
    fixedDelayMs: Type.Optional(Type.Union([Type.Number({ minimum: 10, maximum: 10_000 }), Type.Null()])),
  },
  { additionalProperties: false },
)
export type SetRoom = Static<typeof SetRoom>
