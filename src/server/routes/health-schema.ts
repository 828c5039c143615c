import Type, { type Static } from 'typebox'

import { RUNG_NAMES } from '../../shared/rungs.ts'
import { UNREADY_REASONS } from './readiness.ts'

const Count = Type.Integer({ minimum: 0 })
const RungName = Type.Enum([...RUNG_NAMES])

/** failed: no sound can be had, and `reasons` say why. degraded: nor at this moment, but it is on its way. */
const Status = Type.Union([Type.Literal('ok'), Type.Literal('degraded'), Type.Literal('failed')])
const Reasons = Type.Array(Type.Enum([...UNREADY_REASONS]))

/** What `GET /health/live` returns: the loop turns. */
export const Live = Type.Object({ status: Type.Literal('ok'), uptimeSeconds: Type.Number() })

/** What `GET /health/ready` returns. */
export const Ready = Type.Object({ status: Status, reasons: Reasons })

/** What `GET /health` returns. Counts run from the server's start, those of the source from its child's. */
export const Health = Type.Object({
  ...Ready.properties,
  version: Type.String(),
  uptimeSeconds: Type.Number(),
  listeners: Count,
  sessions: Type.Object({
    open: Count,
    /** Not made because there were as many as there may be. */
    refused: Count,
    /** Ended because nobody came. */
    unvisited: Count,
  }),
  consoles: Type.Object({
    open: Count,
    /** Turned away because there were as many as there may be. */
    refused: Count,
    /** Messages left out because a page was slow to take them. */
    skipped: Count,
    /** Cut off because nothing was taken for long. */
    cut: Count,
    /** Closed because they said something: they owe nothing. */
    bad: Count,
  }),
  memory: Type.Object({
    serverRssBytes: Count,
    /** null: no child, or this system does not say. */
    captureRssBytes: Type.Union([Count, Type.Null()]),
  }),
  source: Type.Object({
    state: Type.String(),
    message: Type.String(),
    input: Type.Optional(Type.String()),
    name: Type.Optional(Type.String()),
    rateHz: Type.Optional(Type.Number()),
    bits: Type.Optional(Count),
    channels: Type.Optional(Count),
    fallback: Type.Optional(Type.String()),
    streamId: Type.Optional(Count),
    restarts: Count,
    /** Of the last 50 ms, in dB below full scale, not lower than −120. */
    levels: Type.Array(Type.Object({ name: Type.String(), peakDb: Type.Number(), rmsDb: Type.Number() })),
    counters: Type.Optional(
      Type.Object({
        blocks: Count,
        overflows: Count,
        gaps: Count,
        gapFrames: Count,
        clippedFrames: Count,
        droppedBlocks: Count,
        droppedFrames: Count,
      }),
    ),
  }),
  streaming: Type.Object({
    packetsSent: Count,
    /** Left out for a listener, and why. */
    packetsSkipped: Type.Object({ inFlight: Count, backlog: Count }),
    switches: Count,
    silent: Count,
    stalled: Count,
    refused: Count,
    badMessages: Type.Object({
      'not-json': Count,
      'bad-message': Count,
      'too-long': Count,
      binary: Count,
      forbidden: Count,
      'bad-transport': Count,
    }),
    /** Of each session those in use, or in use until a moment ago; packets since it was opened. */
    rungs: Type.Array(
      Type.Object({
        name: RungName,
        listeners: Count,
        packets: Count,
        history: Type.Object({ packets: Count, seconds: Type.Number(), bytes: Count, dropped: Count }),
      }),
    ),
    opus: Type.Object({
      packetsEncoded: Count,
      /** PCM packets the encoder was too slow to take. */
      packetsShed: Count,
      restarts: Count,
    }),
  }),
})
export type Health = Static<typeof Health>
export type Ready = Static<typeof Ready>
