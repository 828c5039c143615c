// What a listener may send, as TypeBox schemas: the server compiles them and checks every message.
// Apart from control.ts so that a browser, which needs only the types, does not load TypeBox.
import Type, { type Static } from 'typebox'
import { RUNG_NAMES } from '../rungs.ts'
import { SetMode, SetRoom, SyncReport, Transport } from './room-schema.ts'

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

export type TimeSyncRequest = Static<typeof TimeSyncRequest>

/**
 * What a listener has of the stream, every RECEIPT_MS. The server knows what it sent; the difference is in flight, and
 * nothing else tells: the kernel takes seconds of audio before a socket looks full.
 */
export const Receipt = Type.Object(
  {
    type: Type.Literal('receipt'),
    streamId: Type.Integer({ minimum: 0, maximum: 0xffffffff }),
    /** One past the newest frame received, on the room axis (the stream's own positions where nothing is shifted); 0 before the first. */
    position: Type.Number({ minimum: 0 }),
    /** Packets and bytes of messages received on this connection. */
    packets: Type.Integer({ minimum: 0 }),
    bytes: Type.Integer({ minimum: 0 }),
    /** The most any packet was late since the last receipt, ms. */
    latenessMs: Type.Number({ minimum: 0, maximum: 60_000 }),
    /** Of the playout; 0 while nothing plays. */
    targetMs: Type.Number({ minimum: 0, maximum: 120_000 }),
    /** Underrun episodes of this listening so far. */
    episodes: Type.Integer({ minimum: 0 }),
    /** It can decode Opus by now: the decoder is loaded. */
    opus: Type.Boolean(),
  },
  { additionalProperties: false },
)
export type Receipt = Static<typeof Receipt>

/** A rung by name, or `auto`: the server chooses. */
export const Wish = Type.Enum(['auto', ...RUNG_NAMES])
export type Wish = Static<typeof Wish>

/** Pins a rung by hand, or leaves it to the server again. */
export const SetQuality = Type.Object(
  {
    type: Type.Literal('set_quality'),
    rung: Wish,
  },
  { additionalProperties: false },
)
export type SetQuality = Static<typeof SetQuality>

/** What everybody sends. */
export const ListenerMessage = Type.Union([TimeSyncRequest, Receipt, SetQuality])
export type ListenerMessage = Static<typeof ListenerMessage>

/** That, and what a member of a room sends. */
export const ClientMessage = Type.Union([ListenerMessage, SetMode, SyncReport, Transport, SetRoom])
export type ClientMessage = Static<typeof ClientMessage>
