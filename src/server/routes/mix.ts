import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { MOST_DB, OFF_DB } from '../../shared/mix-strips.ts'
import { HttpError } from '../http-error.ts'
import { MixError } from '../mix/mix-desk.ts'
import { kept } from './kept.ts'
import { presetName } from './preset-name.ts'

const Row = Type.Array(Type.Number({ minimum: -4, maximum: 4 }), { minItems: 1, maxItems: 32 })
/** Left and right, one linear gain per input channel. */
const Gains = Type.Array(Row, { minItems: 2, maxItems: 2 })
const StripSchema = Type.Object(
  {
    gainDb: Type.Number({ minimum: OFF_DB, maximum: MOST_DB }),
    pan: Type.Number({ minimum: -1, maximum: 1 }),
    mute: Type.Boolean(),
    solo: Type.Boolean(),
  },
  { additionalProperties: false },
)
/** What is not said stays as it is: who knows only the fader that was moved does not undo what others did to the rest. */
const StripChangeSchema = Type.Partial(StripSchema, { additionalProperties: false })
const Strips = Type.Array(StripChangeSchema, { minItems: 1, maxItems: 32 })
/** One of them. */
const Wanted = Type.Object(
  { gains: Type.Optional(Gains), strips: Type.Optional(Strips) },
  { additionalProperties: false, minProperties: 1, maxProperties: 1 },
)
type Wanted = Static<typeof Wanted>

const Preset = Type.Union([Type.String(), Type.Null()])
const Presets = Type.Object({ presets: Type.Array(Type.String()), preset: Preset })
const Mix = Type.Object({
  strips: Type.Array(StripSchema),
  gains: Type.Array(Type.Array(Type.Number())),
  isOwn: Type.Boolean(),
  ...Presets.properties,
})

interface Named {
  Params: { name: string }
}

/**
 * `/api/mix`: how the input channels become left and right, as strips or as gains; the capture child ramps to a new mix.
 * `/api/mix/presets`: mixes under a name.
 */
export async function mix(app: FastifyInstance): Promise<void> {
  const { mixDesk } = app
  const schema = { response: { 200: Mix } }

  app.get('/api/mix', { schema }, () => mixDesk.view())
  app.put<{ Body: Wanted }>('/api/mix', { schema: { ...schema, body: Wanted } }, ({ body }) => {
    try {
      if (body.strips !== undefined) mixDesk.setStrips(body.strips)
      if (body.gains !== undefined) mixDesk.setGains(body.gains)
    } catch (error) {
      if (error instanceof MixError) throw new HttpError(400, 'bad-mix', error.message)
      throw error
    }
    return mixDesk.view()
  })

  app.get('/api/mix/presets', { schema: { response: { 200: Presets } } }, () => {
    const { presets, preset } = mixDesk.view()
    return { presets, preset }
  })
  // Saves what is set.
  app.put<Named>('/api/mix/presets/:name', { schema }, async ({ params }) => {
    await kept(() => mixDesk.save(presetName(params.name)))
    return mixDesk.view()
  })
  app.post<Named>('/api/mix/presets/:name/load', { schema }, ({ params }) => {
    if (!mixDesk.load(presetName(params.name))) throw noSuch(params.name)
    return mixDesk.view()
  })
  app.delete<Named>('/api/mix/presets/:name', { schema }, async ({ params }) => {
    if (!(await kept(() => mixDesk.delete(presetName(params.name))))) throw noSuch(params.name)
    return mixDesk.view()
  })
}

function noSuch(name: string): HttpError {
  return new HttpError(404, 'no-such-preset', `There is no preset named "${name}".`)
}
