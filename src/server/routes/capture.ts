import type { FastifyInstance } from 'fastify'
import { DeviceLookError } from '../child/device-look.ts'
import { captureView } from '../console/capture-view.ts'
import { HttpError } from '../http-error.ts'
import { CaptureSchema, CaptureWish } from './capture-schema.ts'

/** `/api/capture`: the source and its child; starts and stops it, and has it play something else. */
export async function captureControl(app: FastifyInstance): Promise<void> {
  const { capture, chosenSource, session } = app
  const schema = { response: { 200: CaptureSchema } }
  const view = () => captureView(capture, session.status)

  app.get('/api/capture', { schema }, (_request, reply) =>
    reply.header('cache-control', 'no-store').send(view()),
  )

  // Answered once what is not wanted any more has let go of its device, not when something else plays.
  app.put<{ Body: CaptureWish }>(
    '/api/capture',
    { schema: { ...schema, body: CaptureWish } },
    async ({ body }) => {
      if (body.capture === 'command' && capture.settings.command === '')
        throw new HttpError(
          409,
          'no-command',
          'There is no command to run: set CAPTURE_COMMAND and start Backline again.',
        )
      await capture.control({ ...body, ...(body.device === undefined ? {} : { device: body.device.trim() }) })
      await chosenSource.keep(capture.settings)
      return view()
    },
  )

  // A driver that is asked for its devices may take a second or two.
  app.post('/api/capture/devices', { schema }, async () => {
    try {
      await capture.look()
    } catch (error) {
      if (error instanceof DeviceLookError) throw new HttpError(503, 'can-not-look', error.message, error)
      throw error
    }
    return view()
  })
}
