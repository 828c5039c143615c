// What a listener may send, as TypeBox schemas: the server compiles them and checks every message.
// Apart from control.ts so that a browser, which needs only the types, does not load TypeBox.
import Type, { type Static } from 'typebox'

/**
 * Clock probe. The client names each sample and when it sent it (its own clock, ms); the server adds when
 * it received it and when it answered. Sample after sample, one in flight: on TCP a delayed one delays the next.
 */
export const TimeSyncRequest = Type.Object(
  {
    type: Type.Literal('time_sync_batch'),
    samples: Type.Array(
      Type.Object(
        { id: Type.Integer({ minimum: 0 }), clientSentMs: Type.Number() },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 16 },
    ),
  },
  { additionalProperties: false },
)

export const ClientMessage = TimeSyncRequest
export type ClientMessage = Static<typeof ClientMessage>
