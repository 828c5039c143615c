import Type, { type Static } from 'typebox'
import { CAPTURE_KINDS } from '../../shared/capture-messages.ts'

const Count = Type.Integer({ minimum: 0 })
const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Kind = Type.Enum([...CAPTURE_KINDS])
/** Part of a device's name: one line. */
const DeviceName = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^[^\\u0000-\\u001f\\u007f]*\\S[^\\u0000-\\u001f\\u007f]*$',
})

/** What `PUT /api/capture` takes: what is left out stays. */
export const CaptureWish = Type.Object(
  {
    wanted: Type.Optional(Type.Boolean()),
    capture: Type.Optional(Kind),
    device: Type.Optional(DeviceName),
  },
  { additionalProperties: false, minProperties: 1 },
)
export type CaptureWish = Static<typeof CaptureWish>

/** The CaptureView of `src/shared/wire/console-messages.ts`. */
export const CaptureSchema = Type.Object({
  state: Type.String(),
  message: Type.String(),
  wanted: Type.Boolean(),
  capture: Kind,
  device: Type.String(),
  hasCommand: Type.Boolean(),
  source: orNull(
    Type.Object({
      input: Type.String(),
      name: Type.String(),
      rateHz: Type.Number(),
      bits: Count,
      channels: Count,
      channelNames: Type.Array(Type.String()),
      periodFrames: Count,
      fallback: Type.Optional(Type.String()),
      mix: Type.Optional(Type.Array(Type.Array(Type.Number()))),
    }),
  ),
  streamId: orNull(Count),
  restarts: Count,
  child: orNull(
    Type.Object({
      pid: Count,
      upSeconds: Type.Number(),
      cpuPercent: orNull(Type.Number()),
      rssMb: orNull(Type.Number()),
      counters: orNull(
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
      intervals: orNull(Type.Object({ edgesMs: Type.Array(Type.Number()), counts: Type.Array(Count) })),
    }),
  ),
  devices: orNull(
    Type.Array(
      Type.Object({
        name: Type.String(),
        channels: Count,
        rateHz: Type.Number(),
        api: Type.String(),
      }),
    ),
  ),
})
